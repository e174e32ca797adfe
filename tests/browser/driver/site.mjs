// Serves one page of this folder, bundled when the server starts, on a free port of the loopback interface.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build, stop } from 'esbuild';
import { fileURLToPath } from 'node:url';

const ROOT = join(fileURLToPath(new URL('.', import.meta.url)), '..');

/**
 * @param {string} folder the page's folder with `index.html` and `page.mjs`
 * @param {{speechFile?: string}} [extra] a WAV file to serve as `/speech.wav`
 * @returns {Promise<{url: string, close: () => void}>}
 */
export async function servePage(folder, { speechFile } = {}) {
  const files = new Map([
    ['/', { type: 'text/html; charset=utf-8', body: await readFile(join(ROOT, folder, 'index.html')) }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: await bundle(join(ROOT, folder, 'page.mjs')) }],
  ]);
  if (speechFile) files.set('/speech.wav', { type: 'audio/wav', body: await readFile(speechFile) });

  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url, 'http://localhost').pathname);
    response.writeHead(file ? 200 : 404, { 'content-type': file?.type ?? 'text/plain' });
    response.end(file?.body ?? 'There is nothing here.');
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

async function bundle(entry) {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false, logLevel: 'error' });
  await stop(); // its service process would live as long as ours
  return outputFiles[0].contents;
}
