// Staying in: tokens, the event stream, lost media legs and paths, and the ways out.

import { counterOf, expect, test, untilRoster, untilSeen, uuidOf } from './support/meeting.mjs';

const calls = witness => witness.all('http').filter(({ call }) => call === 'calls').length;

test('the token is refreshed at a third of its life, and when the node asks', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { token_expires_s: 6 });
  const anna = await farEnd('Anna');
  await untilRoster(anna, ['Anna']);
  await anna.until('token_refreshed');
  await anna.until('token_refreshed', undefined, { since: anna.now });
  await lab.room(alias, { token_expires_s: 120 });
  const since = anna.now;
  await lab.participant(alias, uuidOf(anna, 'Anna'), 'fault', { kind: 'refresh_token' });
  await anna.until('http', ({ call, status }) => call === 'refresh_token' && status === 200, { since });
});

test('a dropped event stream comes back, with the roster of that moment', async ({ lab, alias, farEnd }) => {
  const anna = await farEnd('Anna');
  await untilRoster(anna, ['Anna']);
  const since = anna.now;
  await lab.participant(alias, uuidOf(anna, 'Anna'), 'fault', { kind: 'drop_events', refuse_ms: 1000 });
  await anna.until('http', ({ call, status }) => call === 'events' && status === 503, { since });
  const bertil = await farEnd('Bertil');
  await bertil.until('joined');
  await anna.until('http', ({ call, status }) => call === 'events' && status === 200, { since });
  await untilRoster(anna, ['Anna', 'Bertil'], { since });
  expect(anna.all('disconnected')).toEqual([]);
});

test('a lost media leg is called again with the same token', async ({ lab, alias, farEnd }) => {
  const [anna, bertil] = [await farEnd('Anna'), await farEnd('Bertil')];
  await untilSeen(anna, 'Bertil');
  const me = uuidOf(anna, 'Anna');
  const since = anna.now;
  await lab.participant(alias, me, 'fault', { kind: 'call_disconnected', reason: 'Call disconnected' });
  await anna.until('call_restarted', undefined, { since });
  await anna.until('first_frame', undefined, { since });
  await untilSeen(anna, 'Bertil', { since: anna.now });
  await untilSeen(bertil, 'Anna', { since: bertil.now });
  expect(calls(anna)).toBe(2);
  expect(uuidOf(anna, 'Anna')).toBe(me);
  expect(anna.all('http').filter(({ call }) => call === 'request_token')).toHaveLength(1);
});

test('a path that was gone is restarted in place, without a new call', async ({ lab, alias, farEnd }) => {
  const [anna] = [await farEnd('Anna'), await farEnd('Bertil')];
  await untilSeen(anna, 'Bertil');
  const since = anna.now;
  await lab.participant(alias, uuidOf(anna, 'Anna'), 'link', { outages: { first_after_ms: 0, length_ms: 4000, signalling: false } });
  await anna.until('reconnecting', undefined, { since });
  await anna.until('http', ({ call, status }) => call === 'update' && status === 200, { since });
  await anna.until('reconnected', undefined, { since });
  const back = await untilSeen(anna, 'Bertil', { since: anna.now });
  expect(back.in.video.frames_decoded).toBeGreaterThan(0);
  expect(calls(anna)).toBe(1);
});

test('a restart that the node offers is answered in ack', async ({ lab, alias, farEnd }) => {
  const [anna] = [await farEnd('Anna'), await farEnd('Bertil')];
  const before = await untilSeen(anna, 'Bertil');
  const since = anna.now;
  await lab.participant(alias, uuidOf(anna, 'Anna'), 'fault', { kind: 'update_sdp' });
  await anna.until('http', ({ call, status }) => call === 'ack' && status === 200, { since });
  const after = await untilSeen(anna, 'Bertil', { since: anna.now });
  expect(counterOf(after, 'Bertil')).toBeGreaterThan(counterOf(before, 'Bertil'));
  expect(calls(anna)).toBe(1);
});

test('an answer to ack that is slow does not hold back the media', async ({ lab, alias, farEnd }) => {
  await lab.fault(alias, { kind: 'answer', to: 'ack', times: 1, delay_ms: 2000 });
  const anna = await farEnd('Anna');
  await anna.until('first_frame');
  await anna.until('http', ({ call, status }) => call === 'ack' && status === 200);
});

test('everybody sees who comes and who goes', async ({ farEnd }) => {
  const anna = await farEnd('Anna');
  const bertil = await farEnd('Bertil');
  await untilRoster(anna, ['Anna', 'Bertil']);
  await untilRoster(bertil, ['Anna', 'Bertil']);
  const since = anna.now;
  await bertil.ask('leave');
  await untilRoster(anna, ['Anna'], { since });
});

test('who is removed learns it and stays out', async ({ farEnd }) => {
  const [anna, bertil] = [await farEnd('Anna'), await farEnd('Bertil')];
  await untilRoster(anna, ['Anna', 'Bertil']);
  const since = anna.now;
  await anna.ask('kick', { name: 'Bertil' });
  expect((await bertil.until('disconnected')).code).toBe('#pex124');
  await untilRoster(anna, ['Anna'], { since });
});

test('a host ends the meeting for all', async ({ farEnd }) => {
  const [anna, bertil] = [await farEnd('Anna'), await farEnd('Bertil')];
  await untilRoster(anna, ['Anna', 'Bertil']);
  await anna.ask('end');
  expect((await bertil.until('disconnected')).code).toBe('#pex125');
  await anna.until('disconnected');
});
