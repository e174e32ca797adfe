// Follows a login like a browser: from the redirect address to the token that the service hands back.

import { readFile } from 'node:fs/promises';
import { get } from 'node:https';

const MAX_HOPS = 5;
const TIMEOUT_MS = 5_000;

/** The `ssoToken` of the last redirect, which leads back to the client's own page. */
export async function followLogin(start, caFile) {
  const ca = await readFile(caFile);
  let url = new URL(start);
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const token = url.searchParams.get('ssoToken');
    if (token) return token;
    url = new URL(await redirectOf(url, ca), url);
  }
  throw new Error(`the login did not come back after ${MAX_HOPS} redirects`);
}

function redirectOf(url, ca) {
  return new Promise((resolve, reject) => {
    const request = get(url, { ca, timeout: TIMEOUT_MS }, response => {
      response.resume();
      const { location } = response.headers;
      if (location) resolve(location);
      else reject(new Error(`the login page answered ${response.statusCode} and led nowhere`));
    });
    request.on('timeout', () => request.destroy(new Error('the login page did not answer in time')));
    request.on('error', reject);
  });
}
