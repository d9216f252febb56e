/**
 * Pictures of the registry's page, light and dark. Needs the built packages and Chromium.
 *
 *     npm run build && node tools/pictures/registry-page.mjs [--all tmp/pictures]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startRegistry } from '../../packages/oci-registry/dist/index.js';
import { requireTool } from '../ci/tools.mjs';
import { readOptions } from '../workspace/read-options.mjs';
import { fillRegistry } from './registry-contents.mjs';

const { all } = readOptions('Takes the pictures of the README, or of every page.', {
  all: { type: 'string', help: 'FOLDER  every page, narrow and wide, into this folder, to look at' },
});

const PAGES = {
  repositories: '/',
  tags: '/?repository=shop/api',
  image: '/?repository=shop/api&image=1.14.0',
  'one-platform': '/?repository=shop/worker&image=latest',
  artifact: '/?repository=charts/shop&image=3.1.0',
  comparison: '/?repository=shop/api&compare=1.7.0&with=1.14.0',
  deletion: '/?repository=shop/api&delete=1.14.0',
  nothing: '/?repository=shop/none',
};
// The address in the pictures, whichever port is free.
const SHOWN = 'http://localhost:5080';
const PICTURES = new URL('../../docs/pictures/', import.meta.url).pathname;

const registry = await startRegistry({ deleteOnPage: true });
const browser = await chromium.launch({ executablePath: requireTool('chromium'), chromiumSandbox: process.getuid?.() !== 0 });
try {
  await fillRegistry(registry.url);
  mkdirSync(all ?? PICTURES, { recursive: true });
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    if (all === undefined) await take('image', 1280, colorScheme, { path: join(PICTURES, `registry-page-${colorScheme}.png`) });
    else
      for (const width of [1280, 390])
        for (const page of Object.keys(PAGES))
          await take(page, width, colorScheme, { path: join(all, `${page}-${width}-${colorScheme}.png`), fullPage: true });
  }
} finally {
  await browser.close();
  await registry.close();
}

/**
 * @param {string} name of PAGES
 * @param {number} width
 * @param {'light' | 'dark'} colorScheme
 * @param {{ readonly path: string, readonly fullPage?: boolean }} picture
 */
async function take(name, width, colorScheme, picture) {
  const page = await browser.newPage({ viewport: { width, height: width > 1000 ? 860 : 844 }, colorScheme });
  await page.route(`${SHOWN}/**`, answer);
  await page.goto(SHOWN + PAGES[name]);
  await page.screenshot(picture);
  await page.close();
  console.log(picture.path);
}

/** @param {import('playwright-core').Route} route */
async function answer(route) {
  const request = route.request();
  const url = registry.url + request.url().slice(SHOWN.length);
  await route.fulfill({ response: await route.fetch({ url, headers: { ...request.headers(), host: new URL(SHOWN).host } }) });
}
