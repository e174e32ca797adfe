// What everybody sees and hears: the content itself, not only counters.

import { likeness } from './support/likeness.mjs';
import { expect, hear, sentenceOf, test, untilSeen } from './support/meeting.mjs';

const HEARD = 0.43; // likeness of speech that is there
const NOT_HEARD = 0.4; // and of speech that is not
const LISTEN_S = 10;

// Small and slow pictures: the clients and their mixes share the machine with the sound that is measured.
const SMALL_MIX = { video: { width: 640, height: 360, fps: 10, max_kbps: 700 } };
const SMALL = { speech: true, options: ['--size', '320x180', '--fps', '10'] };

const hasSlides = stats => stats.slides_marks.some(({ id }) => id === 15);

test('two see and hear each other, and not themselves', async ({ lab, alias, farEnd }, info) => {
  await lab.room(alias, SMALL_MIX);
  const [anna, bertil] = [await farEnd('Anna', SMALL), await farEnd('Bertil', SMALL)];
  await Promise.all([untilSeen(anna, 'Bertil'), untilSeen(bertil, 'Anna')]);
  const [byAnna, byBertil] = await Promise.all([
    hear(anna, LISTEN_S, info.outputPath('anna-hears.wav')),
    hear(bertil, LISTEN_S, info.outputPath('bertil-hears.wav')),
  ]);
  const [annas, bertils] = await Promise.all([sentenceOf('Anna'), sentenceOf('Bertil')]);
  expect(likeness(byAnna, bertils)).toBeGreaterThan(HEARD);
  expect(likeness(byAnna, annas)).toBeLessThan(NOT_HEARD);
  expect(likeness(byBertil, annas)).toBeGreaterThan(HEARD);
  expect(likeness(byBertil, bertils)).toBeLessThan(NOT_HEARD);
});

test('three see and hear all others', async ({ lab, alias, farEnd }, info) => {
  await lab.room(alias, SMALL_MIX);
  const names = ['Anna', 'Bertil', 'Cecilia'];
  const people = [];
  for (const name of names) people.push(await farEnd(name, SMALL));
  for (const me of people) for (const other of names.filter(name => people[names.indexOf(name)] !== me)) await untilSeen(me, other);
  // One speaks at a time, as people do: what is heard is then compared with one sentence.
  for (const [turn, speaker] of names.entries()) {
    for (const name of names) await people[0].ask('mute', { name, on: name !== speaker });
    const heard = await Promise.all(people.map((person, at) => hear(person, LISTEN_S, info.outputPath(`${speaker}-at-${names[at]}.wav`))));
    const sentence = await sentenceOf(speaker);
    for (const [at, sound] of heard.entries()) {
      const alike = expect(likeness(sound, sentence), `${names[at]} listens to ${speaker}`);
      if (at === turn) alike.toBeLessThan(NOT_HEARD);
      else alike.toBeGreaterThan(HEARD);
    }
  }
});

test('slides go both ways, one after the other', async ({ farEnd }) => {
  const [anna, bertil] = [await farEnd('Anna'), await farEnd('Bertil')];
  await Promise.all([untilSeen(anna, 'Bertil'), untilSeen(bertil, 'Anna')]);
  for (const [presenter, audience] of [[anna, bertil], [bertil, anna]]) {
    const since = audience.now;
    await presenter.ask('present');
    await audience.until('presentation', ({ receive }) => receive === 'connected', { since });
    const first = await audience.until('stats', hasSlides, { since });
    await audience.until('stats', stats => hasSlides(stats) && stats.slides_marks[0].counter > first.slides_marks[0].counter, { since });
    await presenter.ask('present', { on: false });
    await audience.until('presentation', ({ receive }) => receive === 'disconnected', { since });
  }
});

test('who begins to present takes over from who presented', async ({ farEnd }) => {
  const [anna, bertil] = [await farEnd('Anna'), await farEnd('Bertil')];
  await Promise.all([untilSeen(anna, 'Bertil'), untilSeen(bertil, 'Anna')]);
  await anna.ask('present');
  await bertil.until('stats', hasSlides);
  const since = anna.now;
  await bertil.ask('present');
  await anna.until('presentation', ({ send }) => send === 'disconnected', { since });
  await anna.until('stats', hasSlides, { since });
});
