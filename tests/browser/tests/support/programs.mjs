// Programs beside the tests: where the build puts our own, and how each is ended.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** One of our programs: `built('lab')` is `$LAB_BIN`, or where `cargo build` puts it. */
export function built(name) {
  const given = process.env[`${name.replaceAll('-', '_').toUpperCase()}_BIN`];
  return given ?? join(process.env.CARGO_TARGET_DIR ?? join(REPOSITORY, 'target'), 'debug', name);
}

/** Ends a program that has not ended by itself, and waits until it is gone. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
