// Every page as every role that sees it, in Swedish and English, wide and narrow: nothing that axe-core finds against WCAG 2.2 AA,
// and nothing that makes the page itself scroll sideways. Pages are found by following every link from the first one; of pages
// that differ only in which kit, ticket or month they show, one is looked at.

import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

import { startChromium } from '../driver/chromium.mjs';
import { PEOPLE, logInAs } from './support/console.mjs';
import { startFleet } from './support/fleet.mjs';
import { copyRegion } from './support/region.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [1280, 390];
const HEIGHT = 900;
const LOCALES = { sv: 'sv-SE', en: 'en-GB' };
const ID = /[0-9a-f]{8}-[0-9a-f-]{27}/;
/** Fewer would mean that the crawl found no links. */
const LEAST_PAGES = { region_operator: 17, municipal_manager: 17, care_worker: 8 };

// A role a test, two at a time, each worker with a server of its own.
test.describe.configure({ mode: 'parallel' });

let fleet;
/** A browser for each language: what a page is asked in goes by the browser's own, and no header of a test's changes that. */
const browsers = {};
/** What axe-core has looked at: the same structure at the same width has the same faults in every language. */
const seen = new Set();

test.beforeAll(async () => {
  fleet = await startFleet({ fill: copyRegion, municipality: 'Sundsvalls kommun' });
  for (const [language, locale] of Object.entries(LOCALES)) {
    browsers[language] = await startChromium({ trustedKeys: fleet.keys, locale, viewport: { width: WIDTHS[0], height: HEIGHT } });
  }
});

test.afterAll(async () => {
  await Promise.all(Object.values(browsers).map(browser => browser.close()));
  await fleet?.stop();
});

/** A page's address without what tells apart pages of one kind. */
const kind = address => address.pathname.replace(ID, ':id');

/** Follows every link from the first page and looks at one page of each kind. Returns how many there were. */
async function crawl(page, look) {
  const found = new Map([['/', new URL('/', fleet.url)]]);
  for (const [, address] of found) {
    const answer = await page.goto(address.href);
    const links = await page.locator('a[href]').evaluateAll(all => all.map(link => link.href));
    for (const link of links.map(href => new URL(href))) {
      const isPage = link.origin === fleet.url && !/\.(csv|jsonl)$/.test(link.pathname);
      if (isPage && !found.has(kind(link))) found.set(kind(link), link);
    }
    await look(address, answer);
  }
  return found.size;
}

/** Tags, classes and roles in order, texts and repeated siblings left out. */
function structure(page) {
  return page.evaluate(() => {
    const of = element => {
      const children = [...new Set([...element.children].map(of))].join('');
      return `<${element.tagName} ${element.className?.baseVal ?? element.className} ${element.getAttribute('role') ?? ''}>${children}`;
    };
    return of(document.body);
  });
}

async function check(page, where) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    // Words are longer in one language than in the other.
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect.soft(beyond, `${where} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
    const look = `${width} ${await structure(page)}`;
    if (seen.has(look)) continue;
    seen.add(look);
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    const faults = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(node => node.html).slice(0, 3).join('\n  ')}`);
    expect.soft(faults, `${where} at ${width} px`).toEqual([]);
  }
}

for (const role of Object.keys(PEOPLE)) {
  test(`every page that a ${role} sees`, async () => {
    test.setTimeout(240_000);
    for (const [language, { context }] of Object.entries(browsers)) {
      const page = await context.newPage();
      await logInAs(page, fleet, role);
      const pages = await crawl(page, async (address, answer) => {
        expect.soft(answer.status(), `${role} follows a link to ${address.pathname}`).toBe(200);
        expect.soft(await page.locator('html').getAttribute('lang'), `${role}: ${address.pathname}`).toBe(language);
        await check(page, `${role}, ${language}: ${address.pathname}`);
      });
      expect(pages).toBeGreaterThanOrEqual(LEAST_PAGES[role] ?? 5);
      await page.close();
    }
  });
}

test('pages before the login, and pages that answer a form', async () => {
  const page = await browsers.sv.context.newPage();
  await page.goto(`${fleet.url}/login`);
  await check(page, 'login');
  await logInAs(page, fleet, 'region_operator');
  await page.goto(`${fleet.url}/kits`);
  for (const box of [0, 1]) await page.locator('td.tick input').nth(box).check();
  await page.getByRole('button', { name: 'Ändra läge' }).click();
  await check(page, 'bulk, to be confirmed');
  await page.goBack();
  for (const name of ['Etiketter', 'Packlistor']) {
    await page.goto(`${fleet.url}/kits`);
    await page.locator('td.tick input').first().check();
    await page.getByRole('button', { name }).click();
    await check(page, name);
  }
  await page.goto(`${fleet.url}/kits?f-name=nobody`);
  await check(page, 'no hits');
  // Nothing but the colours differs, so it would pass for seen.
  seen.clear();
  await page.goto(`${fleet.url}/?contrast=more`);
  await check(page, 'high contrast');
  await page.goto(`${fleet.url}/?contrast=standard`);
  await page.goto(`${fleet.url}/book`);
  await page.getByRole('button', { name: 'Boka kit' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await check(page, 'a refused booking');
  await page.close();
});
