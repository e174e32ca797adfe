// The portal, the OpenID provider and the node's own login in a real browser; the phone reads the code from what is on the page.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { chromium, expect, test } from '@playwright/test';

import { LAB, firstLine } from './support/lab.mjs';
import { end } from './support/programs.mjs';

const run = promisify(execFile);
const PHONE_MS = 20_000;

let folder, child, lab, browser, page;
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-'));
  child = spawn(LAB, ['all', '--dir', folder, '--second-login'], { stdio: ['ignore', 'pipe', 'inherit'] });
  lab = await firstLine(child);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  // The lab's authorities are made anew each time; who they are is not what is tested here.
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 640 } });
  page = await context.newPage();
});
test.afterEach(async () => {
  await browser.close();
  await end(child);
  await rm(folder, { recursive: true, force: true });
});

/** Elsa holds her phone before the page. */
async function scan(...more) {
  const picture = join(folder, 'screen.png');
  await page.locator('#qr').waitFor();
  await page.screenshot({ path: picture });
  const options = ['--bank-id', lab.bank_id.control_url, '--person', 'elsa', '--picture', picture, '--patience', '5'];
  await run(LAB, ['phone', ...options, ...more], { timeout: PHONE_MS });
}

async function ask(method, url, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(5_000) });
  expect(answer.ok).toBe(true);
}

test('a patient logs in with the phone, finds the booked time, its link, and logs out', async () => {
  await page.goto(lab.portal.url);
  expect(await page.title()).toBe('Testportal');
  await page.click('#login');
  expect(await page.title()).toBe('Provlegitimation');
  await scan();
  await page.waitForURL('**/times');
  await page.click('a[href="/times/vardplanering"]');
  expect(await page.getAttribute('#join', 'href')).toBe(lab.node.link);
  await page.click('#logout');
  await page.waitForURL(`${lab.portal.url}/`);
  await page.goto(`${lab.portal.url}/times`);
  await page.locator('#login').waitFor();
});

test('a code that nobody scanned for half a minute is replaced without the person noticing', async () => {
  await page.goto(`${lab.portal.url}/login`);
  await page.locator('#qr').waitFor();
  const shown = await page.locator('#qr').getAttribute('src');
  await ask('POST', `${lab.bank_id.control_url}/clock`, { advance_ms: 31_000 });
  await expect(page.locator('#qr')).not.toHaveAttribute('src', shown);
  // The new order's code is on the page once the page has asked again.
  await page.waitForResponse(response => response.url().includes('/qr.png'));
  await page.waitForResponse(response => response.url().includes('/qr.png'));
  await scan();
  await page.waitForURL('**/times');
});

test('who gives up in the app, or on the page, is not logged in', async () => {
  await page.goto(`${lab.portal.url}/login`);
  await scan('--act', 'cancel');
  await page.locator('#refused').waitFor();
  await page.goto(`${lab.portal.url}/login`);
  await page.click('#cancel');
  await page.locator('#refused').waitFor();
});
