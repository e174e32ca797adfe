#!/usr/bin/env node
// Plain libwebrtc (Chromium) as the far side of one call, driven over stdin and stdout. README.md lists the commands.

import { parseArgs } from 'node:util';
import { ask, openWitness, runCommands } from '../driver/session.mjs';
import { emit } from '../driver/lines.mjs';

const { values: options } = parseArgs({
  options: {
    name: { type: 'string', default: 'libwebrtc' },
    speech: { type: 'string' },
    tone: { type: 'string' },
    size: { type: 'string', default: '640x360' },
    fps: { type: 'string', default: '20' },
    headed: { type: 'boolean', default: false },
  },
});
const [width, height] = options.size.split('x').map(Number);

const pass = method => (page, command) => ask(page, method, command);
const commands = {
  answer: async (page, command) => ({ event: 'answer', ...(await ask(page, 'answer', command)) }),
  offer: async (page, command) => ({ event: 'offer', ...(await ask(page, 'offer', command)) }),
  accept: pass('accept'),
  candidate: pass('candidate'),
  present: pass('present'),
  send: pass('send'),
  leave: pass('leave'),
};

const witness = await openWitness({ folder: 'direct', speechFile: options.speech, headed: options.headed });
const { id } = await ask(witness.page, 'start', {
  name: options.name,
  width,
  height,
  fps: Number(options.fps),
  speech: options.speech !== undefined,
  toneHz: options.tone && Number(options.tone),
});
runCommands(witness, commands);
emit({ event: 'ready', mark_id: id });
