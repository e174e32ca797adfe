// JSON lines: one event per line on stdout, one command per line on stdin.

import { createInterface } from 'node:readline';

const MAX_LINE = 1 << 20; // an SDP is a few kilobytes

/** Prints one event. */
export function emit(event) {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/**
 * Runs every command line; the lines do not wait for each other. What `run` returns is printed as an event (`done`
 * unless it names another), a failure as `failed`; both repeat the command's `cmd` and `id`.
 *
 * @param {(command: object) => Promise<object | void>} run
 * @param {() => void} onEnd stdin was closed
 */
export function readCommands(run, onEnd) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async line => {
    if (line.trim() === '') return;
    let about = {};
    try {
      if (line.length > MAX_LINE) throw new Error('the command is longer than 1 MiB');
      const command = JSON.parse(line);
      about = { cmd: command.cmd, id: command.id };
      emit({ event: 'done', ...about, ...(await run(command)) });
    } catch (error) {
      emit({ event: 'failed', ...about, reason: error.message });
    }
  });
  lines.on('close', onEnd);
}
