// The lab's stand-in of BankID as a program, with its control port and a phone (tests/lab/README.md).

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { firstLine, program } from './lab.mjs';

const CONTROL_MS = 5_000;

/** A running stand-in of BankID. */
export class BankId {
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'bank-id-'));
    const child = spawn(program(), ['bank-id', '--dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new BankId(child, folder, await firstLine(child));
  }

  #child;

  constructor(child, folder, facts) {
    this.#child = child;
    this.folder = folder;
    this.facts = facts;
  }

  /** A request to the control port. */
  async ask(method, path, body) {
    const response = await fetch(this.facts.control_url + path, {
      method,
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(CONTROL_MS),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.error}`);
    return answer;
  }

  /** Pushes the stand-in's clock to where the next `collect` is due. */
  twoSecondsPass() {
    return this.ask('POST', '/clock', { advance_ms: 2000 });
  }

  async stop() {
    const gone = new Promise(resolve => this.#child.on('exit', resolve));
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGTERM');
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
