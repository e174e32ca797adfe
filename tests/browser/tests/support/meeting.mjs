// What the tests of the conference node share: a running node, a fresh room, far ends that are always closed.

import { readFile } from 'node:fs/promises';
import { test as base, expect } from '@playwright/test';
import { readWav } from '../../driver/wav.mjs';
import { idOfName } from '../../witness/mark.mjs';
import { Lab } from './lab.mjs';
import { speechOf } from './speech.mjs';
import { Witness } from './witness.mjs';

export { expect };

export const test = base.extend({
  /** One node for all tests of a worker; each test has its own room. */
  lab: [async ({}, use) => {
    const lab = await Lab.start();
    await use(lab);
    await lab.stop();
  }, { scope: 'worker' }],

  /** Alias of a room that exists, with letters that must survive every encoding on the way. */
  alias: async ({ lab }, use, info) => {
    const alias = `vårdplan.${info.testId}@region.example`;
    await lab.room(alias);
    await use(alias);
  },

  /** Starts a far end in the room: `farEnd('Anna', { speech: true, options: ['--pin', '1234'] })`. */
  farEnd: async ({ lab, alias }, use) => {
    const all = [];
    await use(async (name, { speech = false, trusted = true, room = alias, options = [] } = {}) => {
      const sound = speech ? ['--speech', await speechOf(name)] : ['--tone', '440'];
      const trust = trusted ? ['--ca', lab.caFile] : [];
      const witness = new Witness('far-end.mjs', [
        '--node', lab.nodeUrl, '--alias', room, '--name', name, ...trust, ...sound, ...options,
      ]);
      all.push(witness);
      await witness.until('ready');
      return witness;
    });
    const codes = await Promise.all(all.map(witness => witness.close()));
    expect(codes, 'every far end ends cleanly').toEqual(all.map(() => 0));
    expect(all.flatMap(witness => witness.all('page_error'))).toEqual([]);
  },
});

/** Whether these statistics saw a frame of this participant. */
export const sees = (stats, name) => counterOf(stats, name) !== undefined;

export function counterOf(stats, name) {
  return stats.marks.find(({ id }) => id === idOfName(name))?.counter;
}

/** Waits until the picture of `name` has been received and then goes on for at least `frames` more. */
export async function untilSeen(witness, name, { since = 0, frames = 10 } = {}) {
  const first = counterOf(await witness.until('stats', stats => sees(stats, name), { since }), name);
  return witness.until('stats', stats => counterOf(stats, name) >= first + frames, { since });
}

/** Waits for a roster with exactly these names. */
export function untilRoster(witness, names, { since = 0 } = {}) {
  const wanted = [...names].sort().join();
  return witness.until('roster', ({ people }) => people.map(({ name }) => name).sort().join() === wanted, { since });
}

/** The uuid of someone as `witness` sees the roster. */
export function uuidOf(witness, name) {
  return witness.all('roster').at(-1).people.find(person => person.name === name).uuid;
}

/** What a witness hears in the next `seconds`. */
export async function hear(witness, seconds, file) {
  await witness.ask('record', { seconds, file });
  return readWav(await readFile(file));
}

/** The sentence of a speaker as it is sent. */
export async function sentenceOf(name) {
  return readWav(await readFile(await speechOf(name)));
}
