// The way in: token, PIN, login, lobby, and the node's refusals, as the official client understands them.

import { expect, test, untilRoster, untilSeen, uuidOf } from './support/meeting.mjs';

const IDP = 'b6b5a6f4-0f5e-4f4e-9d3e-0d2a4c6a2f10';

test('one joins: token, roster, media, first frame', async ({ farEnd }) => {
  const anna = await farEnd('Anna');
  await anna.until('joined');
  await untilRoster(anna, ['Anna']);
  await anna.until('media_connected');
  const { width, height } = await anna.until('first_frame');
  expect([width, height]).toEqual([640, 360]);
  expect(anna.all('http').every(({ status }) => status < 400)).toBe(true);
});

test('a room that does not exist is refused in words', async ({ farEnd }) => {
  const anna = await farEnd('Anna', { room: 'no-such-room' });
  expect((await anna.until('error')).reason).toBe('Neither conference nor gateway found');
});

test('a PIN is asked for, a wrong one is refused, the right one opens', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { host_pin: '4711', guest_pin: '1122' });
  const anna = await farEnd('Anna');
  expect(await anna.until('pin_required')).toMatchObject({ host: true, guest: true });
  await anna.ask('join', { pin: '9999' });
  expect(await anna.until('error')).toMatchObject({ reason: 'Invalid PIN', code: '#pex101' });
  await anna.ask('join', { pin: '4711' });
  await anna.until('first_frame');
  const { people } = await untilRoster(anna, ['Anna']);
  expect(people[0].role).toBe('chair');
});

test('a guest PIN makes a guest', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { host_pin: '4711', guest_pin: '1122' });
  const [host, guest] = [await farEnd('Anna', { options: ['--pin', '4711'] }), await farEnd('Bertil', { options: ['--pin', '1122'] })];
  const { people } = await untilRoster(host, ['Anna', 'Bertil']);
  expect(people.find(({ name }) => name === 'Bertil').role).toBe('guest');
  await guest.until('first_frame');
});

for (const [flow, disable_popup_flow] of [['a window that posts its proof', false], ['a redirect back to the client', true]]) {
  test(`a login is offered, led to and honoured, by ${flow}`, async ({ lab, alias, farEnd }) => {
    await lab.room(alias, { identity_providers: [{ name: 'Regionens inloggning', uuid: IDP, disable_popup_flow }] });
    const anna = await farEnd('Anna');
    const [idp] = (await anna.until('idps')).idps;
    expect(idp).toMatchObject({ name: 'Regionens inloggning', uuid: IDP });
    await anna.ask('join', { chosen_idp: IDP });
    const { url } = await anna.until('redirect');
    const { sso_token } = await anna.ask('login', { url });
    await anna.ask('join', { chosen_idp: IDP, sso_token });
    await anna.until('first_frame');
  });
}

test('an invented login token is refused', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { identity_providers: [{ name: 'Regionens inloggning', uuid: IDP }] });
  const anna = await farEnd('Anna');
  await anna.until('idps');
  const { status } = await anna.ask('join', { chosen_idp: IDP, sso_token: 'invented' });
  expect(status).toBe(403);
  expect(anna.all('joined')).toEqual([]);
});

test('in the lobby one waits until a host lets one in', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { host_pin: '4711', lobby: true });
  const host = await farEnd('Anna', { options: ['--pin', '4711'] });
  await untilRoster(host, ['Anna']);
  const guest = await farEnd('Bertil', { options: ['--pin', 'none'] });
  await guest.until('service', ({ service }) => service === 'waiting_room');
  await host.until('roster', ({ people }) => people.some(({ name, waiting }) => name === 'Bertil' && waiting));
  const since = guest.now;
  await host.ask('admit', { name: 'Bertil' });
  await guest.until('service', ({ service }) => service === 'conference', { since });
  await untilSeen(guest, 'Anna', { since });
  await untilSeen(host, 'Bertil');
});

test('a lobby that nobody opens ends with its own reason', async ({ lab, alias, farEnd }) => {
  await lab.room(alias, { host_pin: '4711', lobby: true, lobby_timeout_ms: 1500 });
  const guest = await farEnd('Bertil', { options: ['--pin', 'none'] });
  expect((await guest.until('disconnected')).code).toBe('#pex126');
});

test('a locked room holds newcomers as well', async ({ lab, alias, farEnd }) => {
  const host = await farEnd('Anna');
  await untilRoster(host, ['Anna']);
  await host.ask('lock', { on: true });
  await host.until('conference', ({ locked }) => locked);
  const guest = await farEnd('Bertil');
  await guest.until('service', ({ service }) => service === 'waiting_room');
  await host.until('roster', ({ people }) => people.some(({ name, waiting }) => name === 'Bertil' && waiting));
  await lab.participant(alias, uuidOf(host, 'Bertil'), 'admit');
  await guest.until('service', ({ service }) => service === 'conference');
});

test('a node in maintenance is told in words; the next try succeeds', async ({ lab, alias, farEnd }) => {
  await lab.fault(alias, { kind: 'answer', to: 'request_token', times: 1, status: 503, result: 'System in maintenance mode' });
  const anna = await farEnd('Anna');
  expect((await anna.until('error')).reason).toBe('System in maintenance mode');
  await anna.ask('join');
  await anna.until('first_frame');
});

test('a node whose certificate nobody vouches for is not talked to', async ({ farEnd }) => {
  const anna = await farEnd('Anna', { trusted: false });
  expect(await anna.until('http')).toMatchObject({ status: 0, reason: 'net::ERR_CERT_AUTHORITY_INVALID' });
  await anna.until('disconnected');
});
