// Pages of the console are tested two at a time, and so is joining, staying and leaving: it waits more than it works. What looks
// at sound and picture themselves runs alone: every such test starts several Chromium processes, and their media must keep real time.

import { defineConfig } from '@playwright/test';

const WITHOUT_MEDIA = /(accessible|bankid|first-administrator|journeys|live|mark|vendored)\.spec\.mjs/;
const MEETINGS = /(entry|stay)\.spec\.mjs/;

export default defineConfig({
  testDir: 'tests',
  outputDir: '../../target/browser-tests',
  timeout: 120_000,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: './tests/support/reporter.mjs',
  projects: [
    { name: 'pages', testMatch: WITHOUT_MEDIA },
    { name: 'meetings', testMatch: MEETINGS },
    { name: 'media', testMatch: '*.spec.mjs', testIgnore: [WITHOUT_MEDIA, MEETINGS] },
  ],
});
