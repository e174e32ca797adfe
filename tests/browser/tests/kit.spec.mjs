// A kit is booked in the console and the kit's own program says so: the real agent on a display without a screen.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@playwright/test';

import { startChromium } from '../driver/chromium.mjs';
import { expectDone, goTo, logInAs, rest, soon } from './support/console.mjs';
import { startFleet } from './support/fleet.mjs';
import { built, end } from './support/programs.mjs';
import { copyRegion } from './support/region.mjs';

const AGENT = built('kit-agent');
const MUNICIPALITY = 'Ånge kommun';
const SOON = { timeout: 30_000 };

let fleet;
let browser;
let agent;

test.beforeAll(async () => {
  fleet = await startFleet({ fill: copyRegion, municipality: MUNICIPALITY });
  browser = await startChromium({ trustedKeys: fleet.keys, locale: 'sv-SE', viewport: { width: 1280, height: 900 } });
});

test.afterAll(async () => {
  await agent?.stop();
  await browser?.close();
  await fleet?.stop();
});

/** Enrols a kit of that name and starts its program on a display of its own. */
async function startAgent(code) {
  const folder = await mkdtemp(join(tmpdir(), 'kit-'));
  await promisify(execFile)(AGENT, ['enrol', '--server', fleet.kits, '--code', code, '--ca', fleet.ca, '--state', folder]);
  await writeFile(join(folder, 'kit.toml'), 'place = "Region Exempel"\n[[meetings]]\nhost = "video.example"\n');
  const display = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp', '-screen', '0', '1280x800x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise((resolve, reject) => {
    display.once('error', reject).once('exit', () => reject(new Error('Xvfb ended at once')));
    display.stdout.once('data', data => resolve(String(data).trim()));
  });
  const journal = join(folder, 'journal.jsonl');
  const kit = spawn(AGENT, ['run', '--windowed', '--state', folder, '--journal', journal], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: `:${number}`, WAYLAND_DISPLAY: '', SLINT_BACKEND: 'winit-software' },
  });
  /** The screen that it shows now, by its journal. */
  const screen = async () => {
    const text = await readFile(journal, 'utf8').catch(() => '');
    const lines = text.split('\n').slice(0, -1).map(line => JSON.parse(line));
    return lines.filter(line => line.event === 'screen').at(-1)?.data;
  };
  const stop = async () => {
    await end(kit);
    await end(display);
    await rm(folder, { recursive: true, force: true });
  };
  return { screen, stop };
}

/** A time as the console's forms have it. */
function field(time) {
  return new Date(time).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }).replace(' ', 'T').slice(0, 16);
}

test('a kit that is booked in the console shows its next meeting, and the console sees the kit come', async () => {
  const municipalities = await rest(browser.context, fleet, 'GET', 'municipalities');
  const { id: municipality } = municipalities.find(({ name }) => name === MUNICIPALITY);
  const { code } = await rest(browser.context, fleet, 'POST', 'enrolment-codes', { kit: 'Kit 99', municipality });
  const page = await browser.context.newPage();
  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Kit');
  await page.getByRole('link', { name: 'Kit 99', exact: true }).click();
  await expect(page.locator('dd', { hasText: /^Nu$/ })).toHaveCount(0);

  agent = await startAgent(code);
  // The page says by itself that the kit is there.
  await expect(page.locator('dd', { hasText: /^Nu$/ })).toBeVisible(SOON);
  await expect.poll(async () => (await agent.screen())?.screen, SOON).toBe('ready');
  expect((await agent.screen()).next, 'nothing is booked yet').toBeNull();

  await page.goto(`${fleet.url}/book`);
  await page.locator('select[name=kit]').selectOption({ label: 'Kit 99' });
  await page.getByLabel('Länk').fill('https://video.example/webapp3/m/sip.4711');
  await page.getByLabel('Börjar').fill(soon(20));
  await page.getByLabel('Slutar').fill(soon(21));
  await page.getByRole('button', { name: 'Boka kit' }).click();
  await expectDone(page, 'Kitet är bokat');
  await expect.poll(async () => field((await agent.screen()).next ?? 0), SOON).toBe(soon(20));
});
