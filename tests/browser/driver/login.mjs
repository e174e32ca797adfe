// Follows a login the way Pexip's web client does: in a window of its own that either posts the proof to its opener
// (popup flow) or ends at the client's address with the proof in it (redirect flow).

const LOGIN_MS = 10_000;

/**
 * Opens the login, presses its one button (`#login`, as the lab's stand-in has it) and waits for the proof.
 *
 * @param {import('@playwright/test').Page} page the page of the client
 * @returns {Promise<string>} the `sso_token`
 */
export async function logIn(page, url) {
  const opened = page.waitForEvent('popup', { timeout: LOGIN_MS });
  const posted = page.evaluate(address => window.witness.openLogin(address), url);
  const login = await opened;
  try {
    await login.locator('#login').click({ timeout: LOGIN_MS });
    // The window closes itself after posting, which fails the wait for a redirect.
    return await Promise.any([posted, redirected(login)]);
  } finally {
    await login.close();
  }
}

/** The proof in the address that the login ends at. */
async function redirected(login) {
  await login.waitForURL(/[?&]ssoToken=/, { timeout: LOGIN_MS });
  return new URL(login.url()).searchParams.get('ssoToken');
}
