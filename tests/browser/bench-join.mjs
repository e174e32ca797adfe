#!/usr/bin/env node
// Times the official client in Chromium: from the tap to the first remote frame, and what a held call costs.
//
// One Chromium serves all runs, so every tap but the first finds it warm, which is in its favour. Each run is a fresh
// page that has its camera open already. Prints one JSON line per run and one with the result.

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { emit } from './driver/lines.mjs';
import { processesOf, processorSeconds, pssMib } from './driver/process-tree.mjs';
import { ask, openWitness, stopRequested } from './driver/session.mjs';
import { trustedKeys } from './driver/trust.mjs';

const FIRST_FRAME_MS = 20_000;
const WINDOWS = 10; // a held call is measured in this many parts, and the median counts

const { values: options } = parseArgs({
  options: {
    node: { type: 'string' },
    alias: { type: 'string' },
    ca: { type: 'string' },
    camera: { type: 'string' }, // a .y4m file to send; else Chromium's own test picture
    name: { type: 'string', default: 'Chromium' },
    runs: { type: 'string', default: '10' },
    hold: { type: 'string', default: '60' },
    settle: { type: 'string', default: '0' },
    size: { type: 'string', default: '1280x720' },
    fps: { type: 'string', default: '30' },
    bandwidth: { type: 'string', default: '2464' },
    json: { type: 'string' },
  },
});
if (!options.node || !options.alias) throw new Error('--node https://HOST[:PORT] and --alias ALIAS are needed');
const [width, height] = options.size.split('x').map(Number);
const setup = { node: options.node, alias: options.alias, name: options.name, width, height, fps: Number(options.fps), bandwidth: Number(options.bandwidth) };

let onEvent = () => {};
stopRequested.then(() => process.exit(1));
const witness = await openWitness({
  folder: 'bench-join',
  trustedKeys: options.ca ? await trustedKeys(options.node, options.ca) : [],
  flags: [
    '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
    ...(options.camera ? [`--use-file-for-fake-video-capture=${options.camera}`] : []),
  ],
  viewport: { width: 1280, height: 800 },
  report: event => onEvent(event),
});
try {
  const runs = [];
  for (let run = 1; run <= Number(options.runs); run += 1) {
    const ms = await join();
    await leave();
    emit({ event: 'run', run, first_frame_ms: ms });
    runs.push(ms);
  }
  const result = { client: await clientVersion(), first_frame_ms: runs, median_ms: median(runs) };
  if (Number(options.hold) > 0) {
    await join();
    // The estimate and the picture's size settle before anything counts.
    await new Promise(resolve => setTimeout(resolve, 1000 * Number(options.settle)));
    result.call = await hold(Number(options.hold));
    await leave();
  }
  emit({ event: 'result', ...result });
  if (options.json) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await witness.close();
}

/** Presses the button on a fresh page; milliseconds until the first remote frame was on the screen. */
async function join() {
  const { page } = witness;
  await page.reload();
  await page.waitForFunction(() => window.witness !== undefined);
  await ask(page, 'start', setup);
  const first = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no remote frame in ${FIRST_FRAME_MS} ms`)), FIRST_FRAME_MS);
    onEvent = event => {
      if (event.event === 'first_frame') resolve(event.ms);
      if (['error', 'disconnected', 'page_error'].includes(event.event)) reject(new Error(`${event.event}: ${event.reason}`));
      if (event.event === 'first_frame') clearTimeout(timer);
    };
  });
  await page.click('#join');
  return first;
}

async function leave() {
  onEvent = () => {};
  await ask(witness.page, 'leave');
}

/** What the whole process tree of Chromium uses while a call goes on for `seconds`. */
async function hold(seconds) {
  const pids = await processesOf(process.pid, witness.profile);
  const cpu = [];
  const memory = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const before = await processorSeconds(pids);
    const started = performance.now();
    await new Promise(resolve => setTimeout(resolve, (1000 * seconds) / WINDOWS));
    const after = await processorSeconds(pids);
    const used = pids.reduce((sum, pid) => sum + Math.max(0, after.get(pid) - before.get(pid)), 0);
    cpu.push((60_000 * used) / (performance.now() - started));
    memory.push(await pssMib(pids));
  }
  const numbers = await ask(witness.page, 'stats');
  return {
    seconds,
    processes: pids.length,
    cpu_s_per_minute: round(median(cpu)),
    pss_mib: round(median(memory)),
    received: numbers.in.video,
    sent: numbers.out.video,
  };
}

async function clientVersion() {
  const manifest = await readFile(new URL('node_modules/@pexip/infinity/package.json', import.meta.url), 'utf8');
  return `@pexip/infinity ${JSON.parse(manifest).version} in Chromium ${witness.version}`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value) {
  return Math.round(10 * value) / 10;
}
