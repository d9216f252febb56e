import { readFileSync } from 'node:fs';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

import { startRegistry, type RunningRegistry } from '..';
import { describeInBrowser } from '../testing/browser';
import { pushPageImage, pushPageIndex, pushReferrer } from '../testing/page-contents';
import { describe as describeContent, putManifest } from '../testing/push';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const API = 'shop/api';

// As long as names may be, without a place to break.
const LONG = { repository: 'l'.repeat(255), tag: 'W'.repeat(128), text: 'N'.repeat(3000) };

const LONG_VIEWS = {
  'a long search without a result': `/?q=${'q'.repeat(200)}`,
  'tags with the longest names': `/?repository=${LONG.repository}`,
  'an image with the longest names': `/?repository=${LONG.repository}&image=${LONG.tag}`,
  'a deletion of the longest names': `/?repository=${LONG.repository}&delete=${LONG.tag}`,
  'a comparison with what is not there': `/?repository=${LONG.repository}&compare=${LONG.tag}&with=none`,
  'an index of long platforms': `/?repository=${LONG.repository}&image=index`,
};

const VIEWS = {
  repositories: '/',
  'a search without a result': '/?q=nothing',
  tags: `/?repository=${API}`,
  'an image for two platforms': `/?repository=${API}&image=2.0.0`,
  'an image': '/?repository=shop/web&image=1.0.0',
  'what changed': `/?repository=${API}&compare=1.0.0&with=2.0.0`,
  'a deletion': `/?repository=${API}&delete=2.0.0`,
  'what is not there': '/?repository=shop/none',
};

const LOOKS = ([1280, 390] as const).flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })));

interface Axe {
  run(): Promise<{ readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[] }>;
}

/** What a page must never do. */
interface Misdeeds {
  readonly foreignRequests: string[];
  readonly errors: string[];
}

jest.setTimeout(120_000);

describeInBrowser('the page in a browser', (launch) => {
  let registry: RunningRegistry;
  let browser: Browser;
  let index: string;
  beforeAll(async () => {
    registry = await startRegistry({ deleteOnPage: true });
    await pushPageImage({ url: registry.url, repository: 'shop/web', tags: ['1.0.0'], layers: ['site'] });
    await pushPageIndex({ url: registry.url, repository: API, tags: ['1.0.0'], layers: ['base', 'app 1'] });
    index = await pushPageIndex({
      url: registry.url,
      repository: API,
      tags: ['2.0.0', 'latest'],
      layers: ['base', 'app 2'],
      env: ['API_TOKEN=s3cret', 'MODE=<img src=x onerror=alert(1)>'],
      labels: { 'org.opencontainers.image.revision': 'a'.repeat(40), evil: 'javascript:alert(1)', home: 'https://example.com/' },
    });
    await pushReferrer(registry.url, API, index, 'application/vnd.dev.sigstore.bundle.v0.3+json');
    const { repository, tag, text } = LONG;
    const long = await pushPageImage({
      url: registry.url,
      repository,
      tags: [tag],
      layers: ['x'],
      env: [text],
      labels: { [text]: text },
      createdBy: text,
    });
    const platforms = ['linux', text].map((os) => ({
      ...describeContent(MEDIA_TYPES.ociManifest, long),
      platform: { os, architecture: os },
    }));
    const ofPlatforms = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: platforms });
    await (await putManifest(registry.url, repository, 'index', ofPlatforms)).text();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await registry.close();
  });

  /** Opens a page, notes its misdeeds, and closes it afterwards. */
  const visit = async (address: string, look: (page: Page, misdeeds: Misdeeds) => Promise<void>, options: BrowserContextOptions = {}) => {
    const context = await browser.newContext(options);
    const misdeeds: Misdeeds = { foreignRequests: [], errors: [] };
    try {
      const page = await context.newPage();
      page.on('request', (request) => {
        if (!request.url().startsWith(`${registry.url}/`) && !request.url().startsWith('data:'))
          misdeeds.foreignRequests.push(request.url());
      });
      // Chromium reports violations of the Content-Security-Policy, and missing files, as errors of the console.
      page.on('console', (message) => {
        if (message.type() === 'error') misdeeds.errors.push(message.text());
      });
      page.on('pageerror', (error) => misdeeds.errors.push(error.message));
      page.on('dialog', (dialog) => {
        misdeeds.errors.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.goto(registry.url + address);
      await look(page, misdeeds);
    } finally {
      await context.close();
    }
  };

  it.each(Object.entries({ ...VIEWS, ...LONG_VIEWS }))(
    '%s: axe finds nothing, no violation of the policy, no foreign request, nothing sticks out',
    async (_, address) => {
      await visit(address, async (page, { foreignRequests, errors }) => {
        // Playwright evaluates past the policy of the page.
        await page.evaluate(AXE);
        for (const { width, colorScheme } of LOOKS) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme });
          const violations = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { readonly axe: Axe };
            return (await axe.run()).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
          });
          expect({ width, colorScheme, violations }).toEqual({ width, colorScheme, violations: [] });
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        }
        expect(foreignRequests).toEqual([]);
        expect(errors.filter((text) => !text.includes('status of 404'))).toEqual([]);
      });
    },
  );

  it('refreshes itself after a push, and keeps the focus', () =>
    visit('/', async (page) => {
      const link = page.locator('#live a', { hasText: 'shop/web' });
      await link.focus();
      await pushPageImage({ url: registry.url, repository: 'shop/new', tags: ['1'], layers: ['new'] });
      await page.locator('#live a', { hasText: 'shop/new' }).waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toBe('shop/web');
      expect(await page.locator('#status').textContent()).toBe('Updated.');
    }));

  it('searches as one types, keeps the field, and can be linked to', () =>
    visit('/', async (page) => {
      await page.locator('#q').pressSequentially('web');
      await page.locator('#live a', { hasText: API }).waitFor({ state: 'detached' });
      expect(await page.locator('#live tbody th a').allTextContents()).toEqual(['shop/web']);
      expect(await page.evaluate('document.activeElement.id')).toBe('q');
      expect(new URL(page.url()).search).toBe('?q=web');
      await page.reload();
      expect(await page.locator('#live tbody th a').allTextContents()).toEqual(['shop/web']);
    }));

  it('copies whole digests and commands', () =>
    visit(
      VIEWS['an image for two platforms'],
      async (page) => {
        const clipboard = (): Promise<unknown> => page.evaluate('navigator.clipboard.readText()');
        await page.getByRole('button', { name: 'Copy digest', exact: true }).click();
        await page.locator('#status', { hasText: 'Copied.' }).waitFor();
        expect(await clipboard()).toBe(digestOf(index));
        await page.getByRole('button', { name: 'Copy command for Docker' }).click();
        await page.waitForFunction(`navigator.clipboard.readText().then((text) => text.startsWith('docker pull '))`);
        expect(await clipboard()).toBe(`docker pull ${registry.host}/${API}:2.0.0`);
      },
      { permissions: ['clipboard-read', 'clipboard-write'] },
    ));

  it('can be walked through with the keyboard: skip link first, everything in order, with a visible focus', () =>
    visit(VIEWS.tags, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('content');
      const reached: string[] = [];
      for (let step = 0; step < 60; step += 1) {
        await page.keyboard.press('Tab');
        const name = await page.evaluate<string>(
          `document.activeElement === document.body ? '' : document.activeElement.ariaLabel ?? (document.activeElement.textContent.trim() || document.activeElement.name)`,
        );
        if (name === '') break;
        reached.push(name);
        expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
      }
      expect(reached.slice(0, 7)).toEqual(['Repositories', 'q', 'Search', 'compare', 'with', 'Compare', 'latest']);
      expect(reached).toContain('2.0.0');
      expect(reached).toContain('1.0.0');
      expect(reached.at(-1)).toBe('API');
      await page.getByRole('link', { name: '2.0.0', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: `${API}:2.0.0` }).waitFor();
    }));

  it('works without JavaScript: search, links, comparison, deletion', async () => {
    await pushPageImage({ url: registry.url, repository: 'shop/old', tags: ['1', '2'], layers: ['old'] });
    await visit(
      '/',
      async (page) => {
        await page.locator('#q').fill('old');
        await page.getByRole('button', { name: 'Search' }).click();
        expect(await page.locator('#live tbody th a').allTextContents()).toEqual(['shop/old']);
        expect(await page.locator('button.copy:visible').count()).toBe(0);
        await page.getByRole('link', { name: 'shop/old' }).click();
        await page.getByRole('link', { name: '1', exact: true }).click();
        await page.getByRole('link', { name: 'Delete the tag 1 …' }).click();
        await page.getByRole('button', { name: 'Delete the tag 1' }).click();
        expect(await page.locator('.chip').allTextContents()).toEqual(['2']);
        await page.goto(registry.url + VIEWS.tags);
        await page.getByRole('button', { name: 'Compare' }).click();
        expect(await page.locator('h1').textContent()).toBe('1.0.0 → 2.0.0');
      },
      { javaScriptEnabled: false },
    );
  });

  it('says when the registry does not answer any more, and when it does again', () =>
    visit('/', async (page) => {
      await page.route('**/*', (route) => route.abort());
      await page.locator('#status', { hasText: 'does not answer' }).waitFor();
      await page.unroute('**/*');
      await page.locator('#status', { hasText: 'answers again' }).waitFor();
    }));
});
