// A region with believable data (`fleet-server demo-data`), filled once for all tests of a run and copied for each server.

import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { SERVER } from './fleet.mjs';

const run = promisify(execFile);
const MEETING_HOST = 'video.example';
let filled;

/** Puts a filled region's data into a folder that does not exist yet. Returns its programs' token. */
export async function copyRegion(data) {
  filled ??= fill();
  const { folder, token } = await filled;
  await cp(folder, data, { recursive: true });
  return token;
}

async function fill() {
  const parent = await mkdtemp(join(tmpdir(), 'region-'));
  process.on('exit', () => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'data');
  try {
    const made = await run(SERVER, ['init', '--data', folder, '--name', '127.0.0.1', '--meeting-host', MEETING_HOST]);
    await run(SERVER, ['demo-data', '--data', folder]);
    return { folder, token: made.stdout.trim() };
  } catch (error) {
    await rm(parent, { recursive: true, force: true });
    throw error;
  }
}
