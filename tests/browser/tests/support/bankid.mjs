// The lab's stand-in of BankID as a program, with its control port and a phone (tests/lab/README.md).

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LAB, askControl, firstLine } from './lab.mjs';
import { end } from './programs.mjs';

/** A running stand-in of BankID. */
export class BankId {
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'bank-id-'));
    const child = spawn(LAB, ['bank-id', '--dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    return new BankId(child, folder, await firstLine(child));
  }

  #child;

  constructor(child, folder, facts) {
    this.#child = child;
    this.folder = folder;
    this.facts = facts;
  }

  /** A request to the control port. */
  ask(method, path, body) {
    return askControl(this.facts.control_url, method, path, body);
  }

  /** Pushes the stand-in's clock to where the next `collect` is due. */
  twoSecondsPass() {
    return this.ask('POST', '/clock', { advance_ms: 2000 });
  }

  async stop() {
    await end(this.#child);
    await rm(this.folder, { recursive: true, force: true });
  }
}
