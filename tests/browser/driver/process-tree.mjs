// What a process and everything it started cost, from /proc: processor time and memory.

import { readFile, readdir } from 'node:fs/promises';

const TICKS_PER_S = 100; // USER_HZ, the same on every Linux that Node runs on

/**
 * Every process below `root`, which itself does not count, and those whose command line names `marker` (Chromium's
 * crash handler leaves the tree).
 *
 * @returns {Promise<number[]>}
 */
export async function processesOf(root, marker) {
  const all = await Promise.all((await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(describe));
  const wanted = new Set([root]);
  for (let before = 0; before !== wanted.size;) {
    before = wanted.size;
    for (const process of all) {
      if (process && (wanted.has(process.parent) || process.command.includes(marker))) wanted.add(process.pid);
    }
  }
  wanted.delete(root);
  return [...wanted];
}

/** Seconds of processor time, user and system, that each process has used. @returns {Promise<Map<number, number>>} */
export async function processorSeconds(pids) {
  const entries = await Promise.all(pids.map(async pid => [pid, (await describe(pid))?.seconds ?? 0]));
  return new Map(entries);
}

/** Proportional set size of all of them together, in MiB. */
export async function pssMib(pids) {
  const sizes = await Promise.all(pids.map(async pid => {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''); // it may just have ended
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
  }));
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** One line of `ps`, or null for a process that has ended. */
async function describe(pid) {
  try {
    const [stat, command] = await Promise.all(['stat', 'cmdline'].map(name => readFile(`/proc/${pid}/${name}`, 'utf8')));
    // The name in parentheses may hold anything; the fields begin after the last one (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      seconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
      command,
    };
  } catch {
    return null;
  }
}
