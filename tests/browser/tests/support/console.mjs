// Somebody at the console: logs in by what stands on the pages, as one of the stand-in provider's people.

import { expect } from '@playwright/test';

/** Who has which role (`openid/accounts.mjs`). */
export const PEOPLE = {
  region_operator: 'David Dahl',
  region_support: 'Elin Lind',
  municipal_manager: 'Gustav Olsson',
  care_worker: 'Hanna Sjödin',
  information_owner: 'Karin Nyström',
  auditor: 'Mats Åström',
};

/** Logs in as whoever has that role, whoever was logged in before. */
export async function logInAs(page, fleet, role) {
  await page.context().clearCookies();
  await page.goto(fleet.url);
  await page.locator('a[href^="/login/start"]').click();
  await page.getByRole('button', { name: PEOPLE[role], exact: true }).click();
  await page.waitForURL(`${fleet.url}/`);
}

/** Goes to a page by the navigation. */
export async function goTo(page, name) {
  await page.getByRole('navigation', { name: 'Sidor' }).getByRole('link', { name }).click();
}

/** That something was done stands on the page. */
export async function expectDone(page, sentence) {
  await expect(page.locator('.confirmation')).toContainText(sentence);
}

/** The times of a visit today or tomorrow, as a form's field wants them. */
export function soon(hours, day = 1) {
  const then = new Date(Date.now() + day * 86_400_000);
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' }).format(then);
  return `${date}T${String(hours).padStart(2, '0')}:00`;
}

/** What the REST interface answers to a program of the region's; by the browser's network, which knows the server's key. */
export async function rest(context, fleet, method, path, body) {
  const page = await context.newPage();
  const headers = { authorization: `Bearer ${fleet.token}`, 'content-type': 'application/json' };
  await page.goto(`${fleet.url}/login`);
  const answer = await page.evaluate(
    async ([url, given]) => {
      const response = await fetch(url, given);
      return { ok: response.ok, body: await response.json() };
    },
    [`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) }],
  );
  await page.close();
  expect(answer.ok, JSON.stringify(answer)).toBe(true);
  return answer.body;
}
