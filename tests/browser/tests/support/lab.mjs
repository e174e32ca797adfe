// The lab's conference node as a program, with its control port (tests/lab/README.md).

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { built, end } from './programs.mjs';

const START_MS = 15_000;
const CONTROL_MS = 5_000;

export const LAB = built('lab');

/** A running conference node. */
export class Lab {
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'lab-'));
    const child = spawn(LAB, ['node', '--listen', '127.0.0.1:0', '--control', '127.0.0.1:0', '--dir', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const info = await firstLine(child);
    return new Lab(child, folder, info);
  }

  #child;
  #folder;

  constructor(child, folder, { node_url, control_url, ca_pem }) {
    this.#child = child;
    this.#folder = folder;
    this.nodeUrl = node_url;
    this.controlUrl = control_url.replace(/\/$/, '');
    this.caFile = ca_pem;
  }

  /** Creates a room, or changes one. */
  room(alias, settings = {}) {
    return this.#request('PUT', `/rooms/${encodeURIComponent(alias)}`, settings);
  }

  status(alias) {
    return this.#request('GET', `/rooms/${encodeURIComponent(alias)}`);
  }

  /** Arms a fault of the room's next answers. */
  fault(alias, fault) {
    return this.#request('POST', `/rooms/${encodeURIComponent(alias)}/fault`, fault);
  }

  /** Does something to one participant: `fault`, `link`, `admit`. */
  participant(alias, uuid, action, body = {}) {
    return this.#request('POST', `/rooms/${encodeURIComponent(alias)}/participants/${uuid}/${action}`, body);
  }

  async stop() {
    await end(this.#child);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #request(method, path, body) {
    return askControl(this.controlUrl, method, path, body);
  }
}

/** A request to a stand-in's control port. */
export async function askControl(url, method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(CONTROL_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** What the node says about itself when it is ready. */
export function firstLine(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the node was not ready in ${START_MS} ms`)), START_MS);
    const settle = (done, value) => (clearTimeout(timer), done(value));
    createInterface({ input: child.stdout }).once('line', line => settle(resolve, JSON.parse(line)));
    child.once('error', error => settle(reject, new Error(`${LAB} cannot be started: ${error.message}`)));
    child.once('exit', code => settle(reject, new Error(`the node ended at once with code ${code}`)));
  });
}
