// The lab's stand-in of BankID by three client libraries that others wrote. Each is changed for the test alone in what it has
// built in: the address and the trusted root (said where it is done). None of them checks the rule of two seconds itself; the
// stand-in counts.

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';
import bankid from 'bankid';

import { BankId } from './support/bankid.mjs';

const { BankIdClientV6, QrGenerator } = bankid;
const run = promisify(execFile);
const ELSA = '189001019802';
const PROOFS = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..', 'lab', 'proofs');
const PROOF_MS = 30_000;

let standIn;
test.beforeEach(async () => {
  standIn = await BankId.start();
});
test.afterEach(() => standIn?.stop());

for (const name of ['pybankid', 'bankid6']) {
  test(`the Python library ${name}: auth, sign, calls, collect, cancel, errors, QR codes`, async () => {
    const python = process.env.BANKID_CLIENTS_PYTHON;
    expect(python, 'BANKID_CLIENTS_PYTHON names the Python that `./dev setup` prepares').toBeTruthy();
    const lab = join(standIn.folder, 'lab.json');
    const { stdout } = await run(python, [join(PROOFS, `with_${name}.py`), lab], { timeout: PROOF_MS });
    expect(stdout).toContain('complete: (');
    expect(stdout.trim().split('\n').at(-1)).toBe('collects too soon: 0');
  });
}

/** The client with the stand-in's root and address, and our certificate in the form that it reads. */
async function npmClient() {
  const { ca_pem, rp_certificate, rp_key, rp_url } = standIn.facts;
  const pfx = join(standIn.folder, 'relying-party.p12');
  const names = ['-in', rp_certificate, '-inkey', rp_key, '-out', pfx, '-passout', 'pass:test'];
  await run('openssl', ['pkcs12', '-export', ...names]);
  const client = new BankIdClientV6({ production: false, pfx, passphrase: 'test', ca: ca_pem });
  client.axios.defaults.baseURL = rp_url;
  return client;
}

async function collected(client, { orderRef }) {
  await standIn.twoSecondsPass();
  return client.collect({ orderRef });
}

test('the npm library bankid: auth, sign, collect, cancel, errors, QR codes', async () => {
  const client = await npmClient();
  const order = await client.authenticate({
    endUserIp: '192.0.2.7',
    userVisibleData: 'Vård på distans',
    userVisibleDataFormat: 'simpleMarkdownV1',
    returnRisk: true,
  });
  expect(await collected(client, order)).toMatchObject({ status: 'pending', hintCode: 'outstandingTransaction' });
  const qr = await QrGenerator.latestQrFromCache(order.orderRef);
  const { order_ref: opened } = await standIn.ask('POST', '/app/scan', { qr });
  expect(await collected(client, order)).toMatchObject({ status: 'pending', hintCode: 'started' });
  await standIn.ask('POST', `/app/orders/${opened}/ask`);
  expect(await collected(client, order)).toMatchObject({ status: 'pending', hintCode: 'userSign' });
  await standIn.ask('POST', `/app/orders/${opened}/identify`, { personal_number: ELSA });
  const complete = await collected(client, order);
  expect(complete).toMatchObject({ status: 'complete', completionData: { user: { personalNumber: ELSA }, risk: 'low' } });
  await expect(client.collect({ orderRef: order.orderRef })).rejects.toMatchObject({ code: 'invalidParameters', details: 'No such order' });

  const sign = await client.sign({ endUserIp: '2001:db8::7', userVisibleData: 'Samtycke' });
  expect(await client.cancel({ orderRef: sign.orderRef })).toEqual({});
  await expect(client.collect({ orderRef: sign.orderRef })).rejects.toMatchObject({ code: 'invalidParameters' });

  for (const [status, code] of [[400, 'alreadyInProgress'], [401, 'unauthorized'], [408, 'requestTimeout'],
    [415, 'unsupportedMediaType'], [429, 'tooManyRequests'], [500, 'internalError'], [503, 'maintenance']]) {
    await standIn.ask('POST', '/faults', { to: 'auth', status, error_code: code });
    await expect(client.authenticate({ endUserIp: '192.0.2.7' })).rejects.toMatchObject({ code });
  }
  const { counts } = await standIn.ask('GET', '/');
  expect(counts).toMatchObject({ early_collects: 0, refused_codes: 0 });
});

test('the npm library makes the QR codes of the published vectors', async () => {
  const qrStartToken = '67df3917-fa0d-44e5-b327-edcc928297f8';
  const qrStartSecret = 'd28db9a7-4cde-429e-a983-359be676944c';
  const codes = ['dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8',
    '949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2',
    'a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3'];
  for (const [t, code] of codes.entries()) {
    const startTime = Date.now() - t * 1000;
    const cache = { get: async () => ({ startTime, qrStartToken, qrStartSecret }) };
    const text = await QrGenerator.latestQrFromCache('order', cache);
    expect(text).toBe(`bankid.${qrStartToken}.${t}.${code}`);
    expect(createHmac('sha256', qrStartSecret).update(`${t}`).digest('hex')).toBe(code);
  }
});
