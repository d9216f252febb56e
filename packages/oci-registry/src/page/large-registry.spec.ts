import fs from 'node:fs/promises';

import { digestOf } from '@nx-oci/model';

import { startRegistry, type RegistryStorage, type RunningRegistry } from '..';
import { linkBlob } from '../repositories/blob-records';
import { setTag } from '../repositories/tag-records';
import { makeImage, putManifest } from '../testing/push';
import { makeStorage, STORAGES, type SpecStorage } from '../testing/storages';

// More than the overview page counts.
const MANY_TAGS = 1050;
const REPOSITORIES = 300;
const BUSY = 'team/busy';

/** Counts the calls of a storage by method: all costs of a request except walking folders. */
function spyOn({ records, content }: RegistryStorage): Record<string, jest.SpyInstance> {
  return {
    listRepositories: jest.spyOn(records, 'listRepositories'),
    list: jest.spyOn(records, 'list'),
    count: jest.spyOn(records, 'count'),
    record: jest.spyOn(records, 'read'),
    manifest: jest.spyOn(content, 'read'),
  };
}

describe.each(STORAGES)('the page of a registry in %s', (kind) => {
  let kept: SpecStorage;
  let registry: RunningRegistry;
  beforeAll(async () => {
    kept = await makeStorage(kind);
    registry = await startRegistry({ storage: kept.storage });
    const image = await makeImage(registry.url, BUSY, ['layer']);
    await putManifest(registry.url, BUSY, 'v0001', image);
    for (let tag = 2; tag <= MANY_TAGS; tag += 1) await setTag(kept.storage, BUSY, `v${String(tag).padStart(4, '0')}`, digestOf(image));
    for (let index = 1; index < REPOSITORIES; index += 1) {
      await linkBlob(kept.storage, `app/r${String(index).padStart(3, '0')}`, digestOf('layer'));
    }
  }, 120_000);
  afterAll(async () => {
    await registry.close();
    await kept.remove();
  });
  afterEach(() => jest.restoreAllMocks());

  const open = async (address: string): Promise<string> => (await fetch(new URL(address, registry.url))).text();
  const nextOf = (page: string): string | undefined => /href="([^"]+)">Next page/.exec(page)?.[1]?.replaceAll('&amp;', '&');

  async function* follow(address: string): AsyncGenerator<string> {
    for (let next: string | undefined = address; next !== undefined;) {
      const page = await open(next);
      yield page;
      next = nextOf(page);
    }
  }

  it(`lists ${REPOSITORIES} repositories, 50 per page, each once`, async () => {
    const names: string[] = [];
    for await (const page of follow('/')) {
      const onPage = [...page.matchAll(/<td><a href="\/\?repository=[^"]+">([^<]+)/g)].map(([, name = '']) => name);
      expect(onPage).toHaveLength(50);
      names.push(...onPage);
    }
    expect(names).toEqual(await kept.storage.records.listRepositories());
    expect(names).toHaveLength(REPOSITORIES);
  });

  it(`lists ${MANY_TAGS} tags, 50 per page, each once, with its position`, async () => {
    const tags: string[] = [];
    for await (const page of follow(`/?repository=${BUSY}`)) {
      expect(page).toContain(`${(tags.length + 1).toLocaleString('en-US')} to ${(tags.length + 50).toLocaleString('en-US')} of 1,050 tags`);
      tags.push(...[...page.matchAll(/<strong>([^<]+)/g)].map(([, tag = '']) => tag));
    }
    expect(tags).toEqual(await kept.storage.records.list(BUSY, 'tags'));
    expect(tags).toHaveLength(MANY_TAGS);
  }, 60_000);

  it('reads only what is on the page', async () => {
    const asked = Object.entries(spyOn(kept.storage));
    const files = [jest.spyOn(fs, 'readdir'), jest.spyOn(fs, 'opendir'), jest.spyOn(fs, 'readFile')];
    const costOf = async (address: string): Promise<Record<string, number>> => {
      jest.clearAllMocks();
      await open(address);
      const counts = Object.fromEntries(asked.map(([name, { mock }]) => [name, mock.calls.length]));
      return { ...counts, files: files.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
    };
    for (const address of ['/', '/?from=app/r120']) {
      const cost = await costOf(address);
      expect(cost).toMatchObject({ listRepositories: 1, list: 0, record: 0, manifest: 0 });
      // A repository's folder, its two kinds of content, its tags, and the parent folders.
      expect(cost['files']).toBeLessThanOrEqual(51 * 3 + 50 + 3);
    }
    for (const address of [`/?repository=${BUSY}`, `/?repository=${BUSY}&from=v0500`]) {
      const cost = await costOf(address);
      expect(cost).toMatchObject({ listRepositories: 0, list: 1, record: 100, manifest: 50 });
      expect(cost['files']).toBeLessThanOrEqual(100 + 3);
    }
  });

  it('counts tags up to a limit, and shows that', async () => {
    expect(await open('/?from=app/r299')).toContain('1,000 or more');
    expect(await kept.storage.records.count(BUSY, 'tags', 100)).toBe(100);
  });

  it('starts after any name, and says if none follows', async () => {
    expect(await open(`/?repository=${BUSY}&from=v1001`)).toMatch(/1,001 to 1,050 of 1,050 tags(?![^]*Next page)/);
    expect(await open(`/?repository=${BUSY}&from=w`)).toContain('None of 1,050 tags comes after “w”');
    expect(await open('/?from=zebra')).toContain('No repository comes after “zebra”');
    expect((await fetch(`${registry.url}/?repository=team/none`)).status).toBe(404);
    expect((await fetch(`${registry.url}/?repository=<b>`)).status).toBe(404);
  });
});
