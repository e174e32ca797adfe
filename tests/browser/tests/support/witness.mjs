// Runs a witness program the way the Rust tests do: commands in, events out, every wait with a time limit.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(fileURLToPath(new URL('.', import.meta.url)), '..', '..');
const WAIT_MS = 20_000;

/** A running witness. Every event since the start is kept, so that a wait cannot miss one. */
export class Witness {
  #child;
  #events = [];
  #waiting = new Set();
  #nextId = 1;

  /** @param {string} program for example `direct/answer.mjs` */
  constructor(program, options = [], environment = {}) {
    const env = { ...process.env, ...environment };
    this.#child = spawn(process.execPath, [join(ROOT, program), ...options], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise(resolve => this.#child.on('exit', resolve));
    this.exited.then(code => this.#take({ event: 'exit', code }));
    createInterface({ input: this.#child.stdout }).on('line', line => this.#take(JSON.parse(line)));
  }

  /** Where the list of events stands; pass it to `until` to wait for what comes after. */
  get now() {
    return this.#events.length;
  }

  /** Every event so far of one kind. */
  all(kind) {
    return this.#events.filter(({ event }) => event === kind);
  }

  /** The first event of this kind since `since` that passes `accept`. */
  until(kind, accept = () => true, { since = 0, within = WAIT_MS } = {}) {
    const wanted = event => event.event === kind && accept(event);
    const seen = this.#events.slice(since).find(wanted);
    if (seen) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const waiter = { wanted, resolve: event => (clearTimeout(timer), resolve(event)) };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiter);
        reject(new Error(`no "${kind}" within ${within} ms; the last events: ${this.#tail()}`));
      }, within);
      this.#waiting.add(waiter);
    });
  }

  /** Sends a command and returns its reply; a `failed` reply is an error. */
  async ask(cmd, argument = {}, { within = WAIT_MS } = {}) {
    const id = this.#nextId++;
    const since = this.now;
    this.#child.stdin.write(`${JSON.stringify({ cmd, id, ...argument })}\n`);
    const reply = await Promise.any(
      [...new Set(['done', 'failed', cmd])].map(kind => this.until(kind, event => event.id === id, { since, within })),
    ).catch(() => ({ event: 'failed', reason: `no reply within ${within} ms; the last events: ${this.#tail()}` }));
    if (reply.event === 'failed') throw new Error(`${cmd}: ${reply.reason}`);
    return reply;
  }

  /** Asks for statistics until they pass `accept`. */
  async untilStats(accept, { within = WAIT_MS } = {}) {
    const deadline = Date.now() + within;
    for (;;) {
      const stats = await this.ask('stats');
      if (accept(stats)) return stats;
      if (Date.now() > deadline) throw new Error(`these statistics do not get there: ${JSON.stringify(stats)}`);
      await new Promise(resolve => setTimeout(resolve, 100)); // the pace of asking; the wait is for the numbers
    }
  }

  /** Ends the program the way its user would and waits until it is gone. */
  async close() {
    this.#child.stdin.end();
    return this.exited;
  }

  signal(name) {
    this.#child.kill(name);
  }

  #take(event) {
    this.#events.push(event);
    for (const waiter of this.#waiting) {
      if (waiter.wanted(event)) {
        this.#waiting.delete(waiter);
        waiter.resolve(event);
      }
    }
  }

  #tail() {
    const short = this.#events.filter(({ event }) => event !== 'stats').slice(-8);
    return JSON.stringify(short).slice(0, 1_500);
  }
}
