// One test at a time: every one of them starts several Chromium processes, and their media must keep real time.

import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.mjs',
  outputDir: '../../target/browser-tests',
  timeout: 120_000,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: './tests/support/reporter.mjs',
});
