// Pages keep themselves up to date, tables change in place, and none of it is needed: the same journey by keyboard alone and
// without script.

import { expect, test } from '@playwright/test';

import { startChromium } from '../driver/chromium.mjs';
import { expectDone, goTo, logInAs } from './support/console.mjs';
import { startFleet } from './support/fleet.mjs';
import { copyRegion } from './support/region.mjs';

const MUNICIPALITY = 'Härnösands kommun';
const SOON = { timeout: 20_000 };

let fleet;
let browser;
let faults;

test.beforeAll(async () => {
  fleet = await startFleet({ fill: copyRegion, municipality: MUNICIPALITY });
});

test.afterAll(() => fleet?.stop());

test.beforeEach(async () => {
  browser = await startChromium({ trustedKeys: fleet.keys, locale: 'sv-SE', viewport: { width: 1280, height: 900 } });
  faults = [];
});

test.afterEach(async () => {
  await browser?.close();
  // The policy on content forbids what is inline or evaluated; the browser says so when a page tries.
  expect(faults).toEqual([]);
});

async function newPage() {
  const page = await browser.context.newPage();
  page.on('console', message => {
    const ours = message.location().url.startsWith(fleet.url);
    if (message.type() === 'error' && ours) faults.push(message.text());
  });
  page.on('pageerror', error => faults.push(error.message));
  return page;
}

/** Reports a fault of the first ready kit in another window, and returns the kit's name. */
async function reportFault(page, fault) {
  await page.goto(`${fleet.url}/kits?state=ready`);
  const kit = page.locator('tbody th a').first();
  const name = await kit.textContent();
  await kit.click();
  await page.getByLabel('Vad är fel?').selectOption(fault);
  await page.getByRole('button', { name: 'Anmäl felet' }).click();
  await expectDone(page, 'Felet är anmält');
  return name;
}

test('open pages show within seconds what has happened elsewhere', async () => {
  const [overview, tasks, other] = [await newPage(), await newPage(), await newPage()];
  await logInAs(overview, fleet, 'municipal_manager');
  await tasks.goto(`${fleet.url}/tasks`);
  const before = await overview.getByRole('heading', { level: 1 }).textContent();
  const name = await reportFault(other, 'Bilden syns inte');
  await tasks.bringToFront();
  await expect(tasks.getByRole('link', { name: `${name}: Bilden syns inte` })).toBeVisible(SOON);
  await overview.bringToFront();
  await expect(overview.getByRole('heading', { level: 1 })).not.toHaveText(before, SOON);
});

test('a page does not change under somebody who is filling it in', async () => {
  const [page, other] = [await newPage(), await newPage()];
  await logInAs(page, fleet, 'municipal_manager');
  await page.goto(`${fleet.url}/tasks`);
  await page.locator('td.tick input').first().check();
  const name = await reportFault(other, 'Plattan saknas');
  await page.bringToFront();
  await expect(page.getByText('Något har ändrats.')).toBeVisible(SOON);
  await expect(page.locator('td.tick input').first()).toBeChecked();
  await expect(page.getByRole('link', { name: `${name}: Plattan saknas` })).toHaveCount(0);
  await page.getByRole('button', { name: 'Visa', exact: true }).last().click();
  await expect(page.getByRole('link', { name: `${name}: Plattan saknas` })).toBeVisible();
  await expect(page.getByText('Något har ändrats.')).toBeHidden();
});

test('tables sort and filter in place, and the address says how', async () => {
  const page = await newPage();
  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Kit');
  await page.evaluate(() => (document.body.dataset.same = 'yes'));
  await page.getByRole('link', { name: 'Kit', exact: true }).last().click();
  await expect(page.locator('th[aria-sort=ascending]')).toHaveText('Kit');
  await page.locator('th[aria-sort] a').click();
  await expect(page.locator('th[aria-sort=descending]')).toHaveText('Kit');
  expect(page.url()).toContain('sort=name&descending=true');
  const last = await page.locator('tbody th a').first().textContent();
  await page.getByText('Filtrera').click();
  await page.locator('.columns').getByLabel('Kit').fill(last);
  await page.locator('details.filter').getByRole('button', { name: 'Visa' }).click();
  await expect(page.locator('tbody tr')).toHaveCount(1);
  expect(page.url()).toContain('descending=true');
  expect(await page.evaluate(() => document.body.dataset.same), 'it was never loaded anew').toBe('yes');
  await page.goBack();
  await expect(page.locator('tbody tr')).not.toHaveCount(1);
});

/** Goes on by Tab until that has the focus, as somebody without a pointer does. */
async function tabTo(page, target) {
  for (let step = 0; step < 120; step += 1) {
    if (await target.evaluate(element => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${target}`);
}

test('a fault is reported, taken on and closed by the keyboard alone', async () => {
  const page = await newPage();
  await logInAs(page, fleet, 'municipal_manager');
  const follow = async target => {
    await tabTo(page, target);
    const outline = await target.evaluate(element => getComputedStyle(element).outlineStyle);
    expect(outline, 'what has the focus is framed').not.toBe('none');
    await page.keyboard.press('Enter');
  };
  const nav = page.getByRole('navigation', { name: 'Sidor' });
  await follow(nav.getByRole('link', { name: 'Kit' }));
  await expect(page).toHaveURL(/\/kits/);
  await follow(page.getByRole('link', { name: 'Till innehållet' }));
  await follow(page.locator('.filters').getByRole('link', { name: 'Redo' }));
  await expect(page.locator('.filters a[aria-current]')).toContainText('Redo');
  const name = await page.locator('tbody th a').first().textContent();
  await follow(page.locator('tbody th a').first());
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  await tabTo(page, page.getByLabel('Vad är fel?'));
  await page.keyboard.type('Stativet');
  await follow(page.getByRole('button', { name: 'Anmäl felet' }));
  await expectDone(page, 'Felet är anmält');
  await follow(page.getByRole('link', { name: 'Stativet saknas' }));
  await follow(page.getByRole('button', { name: 'Jag har sett det' }));
  await expectDone(page, 'Sparat');
  await follow(page.getByRole('button', { name: 'Avsluta' }));
  await expectDone(page, 'Felet är avslutat');
});

test('the same without script: plain links and forms, and nothing is missing', async () => {
  const page = await newPage();
  await logInAs(page, fleet, 'municipal_manager');
  const session = await browser.context.newCDPSession(page);
  await session.send('Emulation.setScriptExecutionDisabled', { value: true });
  await page.goto(`${fleet.url}/`);
  await goTo(page, 'Kit');
  await page.locator('.filters').getByRole('link', { name: 'Redo' }).click();
  await page.getByRole('link', { name: 'Batteri' }).click();
  await expect(page.locator('th[aria-sort=ascending]')).toHaveText('Batteri');
  expect(page.url()).toContain('state=ready');
  await expect(page.locator('[data-all]')).toBeHidden();
  const kit = page.locator('tbody th a').first();
  await kit.click();
  await page.getByLabel('Vad är fel?').selectOption('Ryggsäcken saknas');
  await page.getByRole('button', { name: 'Anmäl felet' }).click();
  await expectDone(page, 'Felet är anmält');
  await goTo(page, 'Uppgifter');
  await page.locator('tbody tr').filter({ hasText: 'Ryggsäcken saknas' }).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Jag har sett det' }).click();
  await page.getByRole('button', { name: 'Ja, ändra 1' }).click();
  await expect(page.getByText('Det gick för 1')).toBeVisible();
});
