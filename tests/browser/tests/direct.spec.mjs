// Two plain libwebrtc witnesses call each other: what the kit's transport is tested against works by itself.

import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { readWav } from '../driver/wav.mjs';
import { idOfName } from '../witness/mark.mjs';
import { likeness } from './support/likeness.mjs';
import { speechOf } from './support/speech.mjs';
import { Witness } from './support/witness.mjs';

let caller;
let answerer;

test.beforeEach(async () => {
  const [anna, bertil] = await Promise.all([speechOf('Anna'), speechOf('Bertil')]);
  caller = new Witness('direct/answer.mjs', ['--name', 'Anna', '--speech', anna]);
  answerer = new Witness('direct/answer.mjs', ['--name', 'Bertil', '--speech', bertil]);
  await Promise.all([caller.until('ready'), answerer.until('ready')]);
});

test.afterEach(async () => {
  expect(await Promise.all([caller.close(), answerer.close()])).toEqual([0, 0]);
});

async function negotiate(offer = {}) {
  const { sdp } = await caller.ask('offer', offer);
  const answer = await answerer.ask('answer', { sdp });
  await caller.ask('accept', { sdp: answer.sdp });
  return { offer: sdp, answer: answer.sdp };
}

const counterOf = (stats, name) => stats.marks.find(({ id }) => id === idOfName(name))?.counter ?? -1;
const ufragOf = sdp => /^a=ice-ufrag:(\S+)/m.exec(sdp)[1];

test('picture and sound arrive both ways with their content', async ({}, info) => {
  await negotiate();
  for (const [witness, other] of [[caller, 'Bertil'], [answerer, 'Anna']]) {
    const first = await witness.untilStats(stats => counterOf(stats, other) > 0);
    await witness.untilStats(stats => counterOf(stats, other) > counterOf(first, other) + 10);
  }
  const file = info.outputPath('heard.wav');
  await answerer.ask('record', { seconds: 10, file });
  const heard = readWav(await readFile(file));
  const [anna, bertil] = await Promise.all(['Anna', 'Bertil'].map(async name => readWav(await readFile(await speechOf(name)))));
  expect(likeness(heard, anna)).toBeGreaterThan(0.43);
  expect(likeness(heard, bertil)).toBeLessThan(0.4);
});

test('an ICE restart in place keeps the call and its picture', async () => {
  const before = await negotiate();
  await answerer.untilStats(stats => counterOf(stats, 'Anna') > 0);
  const after = await negotiate({ restart: true });
  expect(ufragOf(after.answer)).not.toBe(ufragOf(before.answer));
  const { counter } = await caller.ask('stats');
  const stats = await answerer.untilStats(stats => counterOf(stats, 'Anna') > counter);
  expect(stats.in.video.key_frames).toBeGreaterThan(0);
  expect(answerer.all('state').map(({ state }) => state)).not.toContain('failed');
});

test('slides arrive on their own line once they are asked for', async () => {
  await negotiate();
  await answerer.ask('present');
  await negotiate({ slides: true });
  await caller.untilStats(stats => stats.slides_marks.some(({ id }) => id === 15));
});

test('a far side that stops sending is silent on the wire until it resumes', async () => {
  await negotiate();
  await caller.untilStats(stats => counterOf(stats, 'Bertil') > 0);
  await answerer.ask('send', { on: false });
  let last = -1;
  const { in: silent } = await caller.untilStats(stats => {
    const still = stats.in.audio.packets === last;
    last = stats.in.audio.packets;
    return still;
  });
  await answerer.ask('send', { on: true });
  await caller.untilStats(stats => stats.in.audio.packets > silent.audio.packets && stats.in.video.packets > silent.video.packets);
});
