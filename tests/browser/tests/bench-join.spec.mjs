// The timed client gives numbers that can be true.

import { expect, test } from './support/meeting.mjs';
import { Witness } from './support/witness.mjs';

test('joins are timed and a held call is measured', async ({ lab, alias }) => {
  await lab.room(alias, { video: { width: 1280, height: 720, fps: 20, max_kbps: 1500 } });
  const bench = new Witness('bench-join.mjs', ['--node', lab.nodeUrl, '--ca', lab.caFile, '--alias', alias, '--runs', '2', '--hold', '4']);
  const result = await bench.until('result', undefined, { within: 60_000 });
  expect(await bench.exited).toBe(0);
  expect(result.first_frame_ms).toHaveLength(2);
  expect(Math.min(...result.first_frame_ms)).toBeGreaterThan(20);
  expect(result.call.received).toMatchObject({ width: 1280, height: 720 });
  expect(result.call.received.frames_decoded).toBeGreaterThan(20);
  expect(result.call.processes).toBeGreaterThan(3);
  expect(result.call.cpu_s_per_minute).toBeGreaterThan(1);
  expect(result.call.pss_mib).toBeGreaterThan(100);
});
