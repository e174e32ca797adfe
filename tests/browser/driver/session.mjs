// One witness: Chromium, its page and what both programs (far-end.mjs, direct/answer.mjs) do the same way.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startChromium } from './chromium.mjs';
import { emit, readCommands } from './lines.mjs';
import { servePage } from './site.mjs';
import { wavOf } from './wav.mjs';

const LEAVE_MS = 3_000; // time for a clean goodbye before Chromium is ended

/** Settles when a signal asks the program to stop, also while it is still starting. */
export const stopRequested = new Promise(resolve => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, resolve);
});

// A program that cannot go on says why in one event instead of a stack.
process.on('uncaughtException', ({ message }) => {
  emit({ event: 'failed', reason: message });
  process.exit(1);
});

/**
 * Opens the page and returns it together with an orderly end. Everything the page reports is printed.
 *
 * @param {{folder: string, speechFile?: string, report?: Function}} wanted and what `startChromium` takes
 */
export async function openWitness({ folder, speechFile, report = emit, ...browser }) {
  const site = await servePage(folder, { speechFile });
  const chromium = await startChromium(browser);
  const page = chromium.context.pages()[0] ?? (await chromium.context.newPage());
  page.on('pageerror', error => report({ event: 'page_error', reason: error.message }));
  await page.exposeFunction('report', report);
  await page.goto(site.url);
  await page.waitForFunction(() => window.witness !== undefined);
  const close = async () => {
    await chromium.close();
    site.close();
  };
  return { page, profile: chromium.profile, version: chromium.context.browser()?.version(), close };
}

/** Calls one method of the page's `window.witness`. */
export function ask(page, method, argument) {
  return page.evaluate(([name, value]) => window.witness[name](value), [method, argument]);
}

async function save(file, bytes) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** The commands that every witness knows. */
export const commonCommands = {
  async record(page, { seconds = 5, file }) {
    const samples = Buffer.from(await ask(page, 'record', { seconds }), 'base64');
    await save(file, wavOf(samples));
    return { file, seconds };
  },
  async frame(page, { file, of = 'main' }) {
    const png = await ask(page, 'frame', { of });
    if (png === null) throw new Error('no frame has been received yet');
    await save(file, Buffer.from(png, 'base64'));
    return { file };
  },
  async stats(page) {
    return { event: 'stats', ...(await ask(page, 'stats')) };
  },
};

/**
 * Runs commands until the end of stdin, a signal, or until the browser is gone; then says goodbye and exits.
 *
 * @param {{page: object, close: Function}} witness
 * @param {Record<string, (page: object, command: object) => Promise<object | void>>} commands
 */
export function runCommands(witness, commands) {
  let ending = null;
  const end = code => {
    ending ??= (async () => {
      const goodbye = ask(witness.page, 'leave').catch(() => {});
      await Promise.race([goodbye, new Promise(resolve => setTimeout(resolve, LEAVE_MS))]);
      await witness.close();
      emit({ event: 'closed' });
      process.exit(code);
    })();
    return ending;
  };
  witness.page.on('close', () => end(1));
  stopRequested.then(() => end(0));
  const known = { ...commonCommands, ...commands };
  readCommands(async command => {
    const run = known[command.cmd];
    if (!run) throw new Error(`unknown command; known are ${Object.keys(known).join(', ')}`);
    return run(witness.page, command);
  }, () => end(0));
}
