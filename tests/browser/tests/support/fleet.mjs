// A fleet server of its own for one test, on an empty data directory, with the stand-in OpenID provider beside it.

import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { trustedKeys } from '../../driver/trust.mjs';
import { built, end } from './programs.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const START_MS = 20_000;

export const SERVER = built('fleet-server');

/**
 * A server and the provider that its people log in at: empty, with its first operator's code; or with a filled region, in
 * which the municipal roles belong to one municipality.
 *
 * @param {{fill?: (data: string) => Promise<string>, municipality?: string}} [wanted]
 *   `fill` makes the data directory and returns a token
 */
export async function startFleet({ fill, municipality } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  const data = join(folder, 'data');
  const started = [];
  const stop = async () => {
    await Promise.all(started.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { code, token } = fill ? { token: await fill(data) } : await init(data);
    const url = `https://127.0.0.1:${await freePort()}`;
    const place = municipality ? ['--municipality', municipality] : [];
    const provider = start('node', [join(HERE, '..', '..', 'openid', 'provider.mjs'), '--console', url, '--dir', folder, ...place]);
    started.push(provider);
    const { issuer, ca_file: authority, settings } = JSON.parse(await line(provider, () => true));
    await copyFile(settings, join(data, 'openid.toml'));
    const ports = ['--device-listen', '127.0.0.1:0', '--console-listen', new URL(url).host];
    const server = start(SERVER, ['serve', '--data', data, ...ports]);
    started.push(server);
    const lines = listen(server);
    const kits = (await lines(text => text.startsWith('kits: '))).replace('kits: ', '');
    await lines(text => text.startsWith('console: '));
    const keys = await Promise.all([trustedKeys(url, join(data, 'server-ca.pem')), trustedKeys(issuer, authority)]);
    const ca = join(data, 'server-ca.pem');
    return { url, kits, ca, issuer, code, token, keys: keys.flat(), stop, stopProvider: () => end(provider) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function init(data) {
  const made = await promisify(execFile)(SERVER, ['init', '--data', data, '--name', '127.0.0.1']);
  return { code: made.stderr.match(/enter ([0-9A-Z-]+) there/)?.[1], token: made.stdout.trim() };
}

function start(command, args) {
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** The first line of a program that fits. */
function line(child, fits) {
  return listen(child)(fits);
}

/** Hears a program's lines; what is asked for may have been said already. */
function listen(child) {
  const said = [];
  const waiting = new Set();
  createInterface({ input: child.stdout }).on('line', text => {
    said.push(text);
    for (const look of waiting) look();
  });
  return fits => new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(reject, new Error(`${child.spawnfile} was not ready in ${START_MS} ms`)), START_MS);
    const settle = (done, value) => (clearTimeout(timer), waiting.delete(look), done(value));
    const look = () => {
      const found = said.find(fits);
      if (found !== undefined) settle(resolve, found);
    };
    waiting.add(look);
    child.once('error', error => settle(reject, error));
    child.once('exit', code => settle(reject, new Error(`${child.spawnfile} ended at once with code ${code}`)));
    look();
  });
}

/** The provider must know the console's address before the console runs. */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
