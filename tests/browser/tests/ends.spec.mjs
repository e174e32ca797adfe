// However a witness ends, it leaves no process and no profile behind.

import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { processesOf } from '../driver/process-tree.mjs';
import { Witness } from './support/witness.mjs';

let folder;

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ends-'));
});

const start = options => new Witness('direct/answer.mjs', options, { TMPDIR: folder });

async function expectNothingLeft() {
  expect((await readdir(folder)).filter(name => name.startsWith('witness-'))).toEqual([]);
  expect(await processesOf(-1, folder)).toEqual([]);
}

test('the end of stdin', async () => {
  const witness = start();
  await witness.until('ready');
  expect(await witness.close()).toBe(0);
  await expectNothingLeft();
});

for (const when of ['ready', 'starting']) {
  test(`a signal while ${when}`, async () => {
    const witness = start();
    if (when === 'ready') await witness.until('ready');
    else await expect.poll(() => readdir(folder)).not.toEqual([]);
    witness.signal('SIGTERM');
    expect(await witness.exited).toBe(0);
    await expectNothingLeft();
  });
}

test('a failed start tells why', async () => {
  const witness = start(['--speech', '/etc/hostname']);
  expect((await witness.until('failed')).reason).toContain('audio data');
  expect(await witness.exited).toBe(1);
  await expectNothingLeft();
});
