// Starts Debian's Chromium with a new, empty profile and ends it without leaving anything behind.

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

// Retried, because processes that were just killed may still write.
const GONE = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };

const FLAGS = [
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-component-update',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--disable-gpu',
  '--disable-quic',
  '--disable-renderer-backgrounding',
  '--disable-sync',
  '--no-first-run',
];

/**
 * @param {{headed?: boolean, trustedKeys?: string[], flags?: string[], locale?: string,
 *   viewport?: {width: number, height: number}}} [wanted]
 *   `trustedKeys`: SPKI hashes that stand for a valid certificate (trust.mjs)
 * @returns {Promise<{context: import('@playwright/test').BrowserContext, profile: string, close: () => Promise<void>}>}
 */
export async function startChromium(wanted = {}) {
  const { headed = false, trustedKeys = [], flags = [], locale, viewport = { width: 760, height: 360 } } = wanted;
  const profile = await mkdtemp(join(tmpdir(), 'witness-'));
  const args = [...FLAGS, ...flags];
  if (process.getuid() === 0) args.push('--no-sandbox');
  if (trustedKeys.length > 0) args.push(`--ignore-certificate-errors-spki-list=${trustedKeys.join(',')}`);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    headless: !headed,
    args,
    locale,
    viewport,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  });
  // For ends that are not orderly; Playwright kills Chromium then.
  process.on('exit', () => rmSync(profile, GONE));
  // With this permission WebRTC gathers every address of the machine, as in a real meeting with a camera.
  await context.grantPermissions(['camera', 'microphone']);
  const close = async () => {
    await context.close();
    await rm(profile, GONE);
  };
  return { context, profile, close };
}
