// Journeys through the console as people make them, by what stands on the pages, in a region with believable data. The first
// administrator's is in first-administrator.spec.mjs, the one to the kit itself in kit.spec.mjs.

import { expect, test } from '@playwright/test';

import { startChromium } from '../driver/chromium.mjs';
import { expectDone, goTo, logInAs, rest, soon } from './support/console.mjs';
import { startFleet } from './support/fleet.mjs';
import { copyRegion } from './support/region.mjs';

const MUNICIPALITY = 'Sundsvalls kommun';

let fleet;
let browser;
let page;

test.beforeAll(async () => {
  fleet = await startFleet({ fill: copyRegion, municipality: MUNICIPALITY });
  browser = await startChromium({ trustedKeys: fleet.keys, locale: 'sv-SE', viewport: { width: 1280, height: 900 } });
});

test.afterAll(async () => {
  await browser?.close();
  await fleet?.stop();
});

test.beforeEach(async () => {
  page = await browser.context.newPage();
});

test.afterEach(() => page.close());

/** The first kit of the list that is in this state. */
async function openKit(state) {
  await goTo(page, 'Kit');
  await page.locator('.filters').getByRole('link', { name: state }).click();
  await expect(page.locator('.filters a[aria-current]')).toContainText(state);
  const kit = page.locator('tbody th a').first();
  const name = await kit.textContent();
  await kit.click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name);
  return name;
}

test('a municipality goes from rented kits to its own, and what is past keeps its owner', async () => {
  await logInAs(page, fleet, 'region_operator');
  await goTo(page, 'Ansvar');
  await page.locator('.acts').getByLabel('Kommun').selectOption('Kramfors kommun');
  await page.locator('.acts').getByRole('button', { name: 'Visa' }).click();
  await expect(page.getByText('Kramfors kommun hyr sina kit')).toBeVisible();
  const service = () => page.getByRole('row', { name: /Service, support och byte/ }).locator('.in-force');
  await expect(service()).toContainText('Region');

  // From tomorrow on.
  await page.getByRole('radio', { name: 'Egen utrustning' }).check();
  await page.getByRole('region', { name: 'Nytt avtal' }).getByLabel('Från och med').fill(soon(0).slice(0, 10));
  await page.getByRole('button', { name: 'Skapa avtal' }).click();
  await expectDone(page, 'Avtalet är sparat');
  await expect(page.getByText('Kramfors kommun hyr sina kit'), 'today it is still rented').toBeVisible();
  await page.locator('.acts').getByLabel('Den').fill(soon(0).slice(0, 10));
  await page.locator('.acts').getByRole('button', { name: 'Visa' }).click();
  await expect(page.getByText('Kramfors kommun har egna kit sedan')).toBeVisible();
  await expect(service()).toContainText('Kommun');

  // A fault of the rented time stays the region's task.
  await goTo(page, 'Uppgifter');
  const fault = page.locator('tbody tr').filter({ hasText: 'Kramfors' }).filter({ hasText: 'Inget ljud hörs' });
  await expect(fault.getByText('Din uppgift').first()).toBeVisible();
});

test('a kit with a missing sign-off is fetched only with a reason, and the reason stands in the trail', async () => {
  await logInAs(page, fleet, 'care_worker');
  const kit = await openKit('Redo');
  await expect(page.getByText('Rengöring före besöket är inte signerad.')).toBeVisible();
  await page.getByRole('button', { name: 'Hämta ut' }).click();
  await expect(page.getByRole('alert')).toContainText('Rengöringen är inte signerad');
  await page.getByLabel('Hämta ut utan signering, därför att').selectOption('Besöket kan inte vänta');
  await page.getByRole('button', { name: 'Hämta ut' }).click();
  await expectDone(page, 'Kitet är uthämtat');
  await expect(page.getByText('På hembesök').first()).toBeVisible();

  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Logg');
  const entry = page.locator('tbody tr').filter({ hasText: 'Hanna Sjödin' }).filter({ hasText: 'acute' }).first();
  await expect(entry).toBeVisible();
  expect(kit).toMatch(/^Kit \d+$/);
});

test('a broken speakerphone becomes a ticket, and another kit takes the place', async () => {
  // A spare must be there, and free whenever the broken kit is reserved.
  const municipalities = await rest(browser.context, fleet, 'GET', 'municipalities');
  const { id: municipality } = municipalities.find(({ name }) => name === MUNICIPALITY);
  await rest(browser.context, fleet, 'POST', 'enrolment-codes', { kit: 'Kit 98', municipality });
  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Kit');
  await page.getByRole('link', { name: 'Kit 98', exact: true }).click();
  await page.getByRole('button', { name: 'Gör till reserv' }).click();
  await expectDone(page, 'Sparat');

  await logInAs(page, fleet, 'care_worker');
  const broken = await openKit('Redo');
  await page.getByLabel('Vad är fel?').selectOption('Högtalaren saknas');
  await page.getByRole('button', { name: 'Anmäl felet' }).click();
  await expectDone(page, 'Felet är anmält');
  await expect(page.getByRole('link', { name: 'Högtalaren saknas' })).toBeVisible();

  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Uppgifter');
  const ticket = page.getByRole('link', { name: `${broken}: Högtalaren saknas` });
  await expect(page.getByRole('row').filter({ has: ticket })).toContainText('Anmält');
  await ticket.click();
  await page.getByRole('button', { name: 'Jag har sett det' }).click();
  await expectDone(page, 'Sparat');
  await page.getByRole('radio', { name: /Kit 98/ }).check();
  await page.getByRole('button', { name: 'Byt kit' }).click();
  await expectDone(page, 'Kitet är utbytt');
  await page.getByLabel('Vad blev det?').selectOption('Kitet ersatt');
  await page.getByRole('button', { name: 'Avsluta' }).click();
  await expectDone(page, 'Felet är avslutat');
  await page.getByRole('link', { name: broken, exact: true }).click();
  await expect(page.getByText('På service').first()).toBeVisible();
});

test('a manager reads the month, takes the figures along, and prints what is to be signed', async () => {
  await logInAs(page, fleet, 'municipal_manager');
  await goTo(page, 'Månadsuppföljning');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/av \d+ möten blev av/);
  for (const heading of ['Enheterna', 'Det här behöver göras', 'Hur kändes mötet?']) {
    await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
  }
  // The same figures in a file, with their definitions.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Hämta som CSV' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^manadsuppfoljning-\d{4}-\d{2}\.csv$/);
  // On paper: the report's head, no navigation, and whoever signs.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.report-top')).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Sidor' })).toBeHidden();
  await expect(page.locator('.signature')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
});

test('several kits change together, and the page says before what it does not apply to', async () => {
  await logInAs(page, fleet, 'region_operator');
  await goTo(page, 'Kit');
  const names = page.locator('tbody th a');
  await page.getByRole('checkbox', { name: 'Välj alla på sidan' }).check();
  const bar = page.getByRole('form', { name: 'Med de valda' });
  await bar.getByLabel('Kitet blir').selectOption('På service');
  await bar.getByRole('button', { name: 'Ändra läge' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('På service');
  await expect(page.getByRole('heading', { name: 'Det här ändras', exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Det här ändras inte' })).toBeVisible();
  await page.getByRole('link', { name: 'Tillbaka' }).click();

  const first = await names.first().textContent();
  await page.getByRole('checkbox', { name: `Välj ${first}` }).check();
  await bar.getByRole('button', { name: 'Etiketter' }).click();
  await expect(page.locator('.label')).toHaveCount(1);
  await expect(page.locator('.label')).toContainText(first);
});
