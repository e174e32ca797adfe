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

const HERE = fileURLToPath(new URL('.', import.meta.url));
const REPOSITORY = join(HERE, '..', '..', '..', '..');
const START_MS = 20_000;

/** `$FLEET_SERVER_BIN`, or where `cargo build -p fleet-server` puts it. */
function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(REPOSITORY, 'target');
  return process.env.FLEET_SERVER_BIN ?? join(target, 'debug', 'fleet-server');
}

/** An empty server, its first operator's code, and the provider that its people log in at. */
export async function startFleet() {
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  const data = join(folder, 'data');
  const started = [];
  const stop = async () => {
    await Promise.all(started.map(ended));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const init = await promisify(execFile)(program(), ['init', '--data', data, '--name', '127.0.0.1']);
    const code = init.stderr.match(/enter ([0-9A-Z-]+) there/)?.[1];
    const url = `https://127.0.0.1:${await freePort()}`;
    const provider = start('node', [join(HERE, '..', '..', 'openid', 'provider.mjs'), '--console', url, '--dir', folder]);
    started.push(provider);
    const { issuer, ca_file: authority, settings } = JSON.parse(await line(provider, () => true));
    await copyFile(settings, join(data, 'openid.toml'));
    const ports = ['--device-listen', '127.0.0.1:0', '--console-listen', new URL(url).host];
    const server = start(program(), ['serve', '--data', data, ...ports]);
    started.push(server);
    await line(server, text => text.startsWith('console: '));
    const keys = await Promise.all([trustedKeys(url, join(data, 'server-ca.pem')), trustedKeys(issuer, authority)]);
    return { url, issuer, code, keys: keys.flat(), stop, stopProvider: () => ended(provider) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function start(command, args) {
  return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}

/** The first line of a program that fits. */
function line(child, fits) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${child.spawnfile} was not ready in ${START_MS} ms`)), START_MS);
    const settle = (done, value) => (clearTimeout(timer), done(value));
    createInterface({ input: child.stdout }).on('line', text => fits(text) && settle(resolve, text));
    child.once('error', error => settle(reject, error));
    child.once('exit', code => settle(reject, new Error(`${child.spawnfile} ended at once with code ${code}`)));
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
