// The scripts that the console's pages load are the packages of the lock file, byte for byte.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

const MODULES = join(import.meta.dirname, '..', 'node_modules');
const SCRIPTS = join(import.meta.dirname, '..', '..', '..', 'fleet-server', 'assets', 'scripts');

for (const [ours, theirs] of [
  ['htmx.min.js', 'htmx.org/dist/htmx.min.js'],
  ['htmx-ext-sse.min.js', 'htmx-ext-sse/dist/sse.min.js'],
  ['idiomorph-ext.min.js', 'idiomorph/dist/idiomorph-ext.min.js'],
]) {
  test(`${ours} is the package's own`, async () => {
    const [checkedIn, packaged] = await Promise.all([readFile(join(SCRIPTS, ours)), readFile(join(MODULES, theirs))]);
    expect(checkedIn.equals(packaged)).toBe(true);
  });
}
