// The first administrator on an empty server: the one-time code that `fleet-server init` printed, and a login at a provider that
// others wrote (`oidc-provider`, certified). Everything by what stands on the pages.

import { expect, test } from '@playwright/test';

import { startChromium } from '../driver/chromium.mjs';
import { startFleet } from './support/fleet.mjs';

let fleet;
let browser;

test.beforeEach(async () => {
  fleet = await startFleet();
  browser = await startChromium({ trustedKeys: fleet.keys, locale: 'sv-SE', viewport: { width: 1280, height: 900 } });
});

test.afterEach(async () => {
  await browser?.close();
  await fleet?.stop();
});

async function logIn(page, name) {
  await page.goto(fleet.url);
  await page.getByRole('link', { name: 'Region Exempel' }).click();
  await expect(page.getByRole('heading', { name: 'Vem är du?' })).toBeVisible();
  await page.getByRole('button', { name, exact: true }).click();
}

async function logOut(page) {
  await page.getByRole('button', { name: 'Logga ut', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Logga ut här också?' })).toBeVisible();
  await page.getByRole('button', { name: 'Logga ut', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Logga in' })).toBeVisible();
}

test('whoever enters the code first runs the region, and nobody after them', async () => {
  const page = await browser.context.newPage();
  await logIn(page, 'Amina Haddad');
  await expect(page.getByText('har ingen roll här än')).toBeVisible();
  await page.getByLabel('Engångskod').fill('AAAAA-AAAAA-AAAAA-AAAAA');
  await page.getByRole('button', { name: 'Bli driftansvarig' }).click();
  await expect(page.getByRole('alert')).toContainText('Koden gäller inte');
  await page.getByLabel('Engångskod').fill(fleet.code);
  await page.getByRole('button', { name: 'Bli driftansvarig' }).click();
  await expect(page.getByRole('heading', { name: 'Inga kit ännu' })).toBeVisible();
  await page.getByRole('link', { name: 'Personer' }).click();
  await expect(page.getByRole('row', { name: /Amina Haddad.*driftansvarig i regionen/ })).toBeVisible();
  await logOut(page);

  await logIn(page, 'Birgitta Berg');
  await page.getByLabel('Engångskod').fill(fleet.code);
  await page.getByRole('button', { name: 'Bli driftansvarig' }).click();
  await expect(page.getByRole('alert')).toContainText('Koden gäller inte');
  await page.goto(`${fleet.url}/people`);
  await expect(page.getByText('har ingen roll här än')).toBeVisible();
  await logOut(page);

  // The role stays hers without a code.
  await logIn(page, 'Amina Haddad');
  await expect(page.getByRole('heading', { name: 'Inga kit ännu' })).toBeVisible();
});

test('a role shows its own pages and no others', async () => {
  const page = await browser.context.newPage();
  await logIn(page, 'Hanna Sjödin');
  await expect(page.getByRole('link', { name: 'Kalender' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Logg', exact: true })).toHaveCount(0);
  const answer = await page.goto(`${fleet.url}/audit`);
  expect(answer.status()).toBe(403);
  await expect(page.getByRole('heading', { name: 'Du har inte behörighet' })).toBeVisible();
});

test('when the provider is away, one sentence says so and what to do', async () => {
  await fleet.stopProvider();
  const page = await browser.context.newPage();
  await page.goto(fleet.url);
  await page.getByRole('link', { name: 'Region Exempel' }).click();
  await expect(page.getByRole('alert')).toContainText('svarar inte just nu');
  await expect(page.getByRole('link', { name: 'Logga in igen' })).toBeVisible();
});
