#!/usr/bin/env node
// The official client @pexip/infinity in Chromium as the far end of a meeting, driven over stdin and stdout.
// README.md lists options, commands and events.

import { parseArgs } from 'node:util';
import { emit } from './driver/lines.mjs';
import { logIn } from './driver/login.mjs';
import { ask, openWitness, runCommands } from './driver/session.mjs';
import { trustedKeys } from './driver/trust.mjs';

const STATS_EVERY_MS = 1_000;

const { values: options } = parseArgs({
  options: {
    node: { type: 'string' },
    alias: { type: 'string' },
    name: { type: 'string', default: 'Far end' },
    pin: { type: 'string' },
    ca: { type: 'string' },
    speech: { type: 'string' },
    tone: { type: 'string' },
    size: { type: 'string', default: '640x360' },
    fps: { type: 'string', default: '20' },
    bandwidth: { type: 'string', default: '2464' },
    wait: { type: 'boolean', default: false },
    headed: { type: 'boolean', default: false },
  },
});
if (!options.node || !options.alias) throw new Error('--node https://HOST[:PORT] and --alias ALIAS are needed');
const [width, height] = options.size.split('x').map(Number);

const witness = await openWitness({
  folder: 'far-end',
  speechFile: options.speech,
  headed: options.headed,
  trustedKeys: options.ca ? await trustedKeys(options.node, options.ca) : [],
});
reportRequests(witness.page, options.node);
const { mark_id } = await ask(witness.page, 'start', {
  node: options.node,
  alias: options.alias,
  name: options.name,
  pin: options.pin,
  bandwidth: Number(options.bandwidth),
  width,
  height,
  fps: Number(options.fps),
  speech: options.speech !== undefined,
  toneHz: options.tone && Number(options.tone),
});

const pass = method => async (page, command) => ask(page, method, command);
const passed = ['join', 'leave', 'present', 'admit', 'kick', 'mute', 'lock', 'dial', 'end'];
runCommands(witness, {
  ...Object.fromEntries(passed.map(method => [method, pass(method)])),
  login: async (page, { url }) => ({ sso_token: await logIn(page, url) }),
});
emit({ event: 'ready', mark_id });
if (!options.wait) await witness.page.click('#join');

// A page that is closing cannot answer any more; the end is reported elsewhere.
const report = () => ask(witness.page, 'stats').then(stats => emit({ event: 'stats', ...stats }), () => {});
setInterval(report, STATS_EVERY_MS);

/** Tells each request to the node by its last path segment and status (0 = no answer), without token or names. */
function reportRequests(page, node) {
  const tell = (request, outcome) => {
    const url = new URL(request.url());
    if (url.origin !== new URL(node).origin || request.method() === 'OPTIONS') return;
    emit({ event: 'http', call: url.pathname.replace(/\/$/, '').split('/').at(-1), ...outcome });
  };
  page.on('response', response => tell(response.request(), { status: response.status() }));
  page.on('requestfailed', request => tell(request, { status: 0, reason: request.failure()?.errorText }));
}
