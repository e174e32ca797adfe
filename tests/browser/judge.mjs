#!/usr/bin/env node
// Judges files for tests that are not written in JavaScript, with the same rulers as the tests here. One JSON line out.
//
//   node judge.mjs likeness RECORDING.wav SPEECH.wav    {"likeness":0.93}
//   node judge.mjs marks PICTURE.rgba WIDTH HEIGHT      {"marks":[{"id":3,"counter":512,"box":{…}}]}

import { readFile } from 'node:fs/promises';
import { readWav } from './driver/wav.mjs';
import { likeness } from './tests/support/likeness.mjs';
import { findMarks } from './witness/find-marks.mjs';

const wav = async file => readWav(await readFile(file));

const [what, ...files] = process.argv.slice(2);
const judges = {
  likeness: async (recording, speech) => ({ likeness: likeness(await wav(recording), await wav(speech)) }),
  marks: async (picture, width, height) => ({
    marks: findMarks({ data: await readFile(picture), width: Number(width), height: Number(height) }),
  }),
};
if (!(what in judges)) throw new Error(`judge.mjs: "${what}" is not one of ${Object.keys(judges).join(', ')}`);
console.log(JSON.stringify(await judges[what](...files)));
