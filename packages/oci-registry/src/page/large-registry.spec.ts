import { digestOf } from '@nx-oci/model';

import { startRegistry, type RegistryStorage, type RunningRegistry } from '..';
import { linkBlob } from '../repositories/blob-records';
import { setTag } from '../repositories/tag-records';
import { makeImage, putManifest } from '../testing/push';
import { makeStorage, STORAGES, type SpecStorage } from '../testing/storages';

const MANY_TAGS = 1050;
const REPOSITORIES = 300;
const BUSY = 'team/busy';

/** The calls of a storage whose number depends on how much there is. */
function spyOn({ records, content }: RegistryStorage): readonly jest.SpyInstance[] {
  return [
    jest.spyOn(records, 'listRepositories'),
    jest.spyOn(records, 'list'),
    jest.spyOn(records, 'count'),
    jest.spyOn(records, 'read'),
    jest.spyOn(records, 'readAll'),
    jest.spyOn(content, 'read'),
    jest.spyOn(content, 'sizeOf'),
  ];
}

describe.each(STORAGES)('the page of a registry in %s', (kind) => {
  let kept: SpecStorage;
  let registry: RunningRegistry;
  beforeAll(async () => {
    kept = await makeStorage(kind);
    const first = await startRegistry({ storage: kept.storage });
    const image = await makeImage(first.url, BUSY, ['layer']);
    await putManifest(first.url, BUSY, 'v0001', image);
    await first.close();
    for (let tag = 2; tag <= MANY_TAGS; tag += 1) await setTag(kept.storage, BUSY, `v${String(tag).padStart(4, '0')}`, digestOf(image));
    for (let index = 1; index < REPOSITORIES; index += 1) {
      await linkBlob(kept.storage, `app/r${String(index).padStart(3, '0')}`, digestOf('layer'));
    }
    registry = await startRegistry({ storage: kept.storage });
  }, 120_000);
  afterAll(async () => {
    await registry.close();
    await kept.remove();
  });
  afterEach(() => jest.restoreAllMocks());

  const open = async (address: string): Promise<string> => (await fetch(new URL(address, registry.url))).text();
  const nextOf = (page: string): string | undefined => /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');

  async function* follow(address: string): AsyncGenerator<string> {
    for (let next: string | undefined = address; next !== undefined;) {
      const page = await open(next);
      yield page;
      next = nextOf(page);
    }
  }

  it(`lists ${REPOSITORIES} repositories, 50 per page, each once, the one with the newest tag first`, async () => {
    const names: string[] = [];
    for await (const page of follow('/')) {
      const onPage = [...page.matchAll(/<th scope="row">\s*<a href="\/\?repository=[^"]+">([^<]+)/g)].map(([, name = '']) => name);
      expect(onPage).toHaveLength(50);
      names.push(...onPage);
    }
    expect([...names].sort()).toEqual(await kept.storage.records.listRepositories());
    expect(names[0]).toBe(BUSY);
  });

  it(`lists ${MANY_TAGS} tags, 100 per page, each once, the newest first, with its position`, async () => {
    const tags: string[] = [];
    for await (const page of follow(`/?repository=${BUSY}`)) {
      const end = Math.min(tags.length + 100, MANY_TAGS).toLocaleString('en-US');
      expect(page).toContain(`${(tags.length + 1).toLocaleString('en-US')} to ${end} of 1,050 tags`);
      tags.push(...[...page.matchAll(/class="chip" href="[^"]+">([^<]+)/g)].map(([, tag = '']) => tag));
      // One image has all tags: a page shows some of them, and counts the rest.
      tags.push(...Array.from({ length: Number(/and (\d+) more/.exec(page)?.[1] ?? 0) }, () => ''));
    }
    expect(tags).toHaveLength(MANY_TAGS);
    expect(tags[0]).toBe(`v${MANY_TAGS}`);
  }, 60_000);

  it('finds a tag and a repository on any page', async () => {
    expect(await open(`/?repository=${BUSY}&q=V0007`)).toMatch(/1 tag, .*>v0007</s);
    expect(await open('/?q=r299')).toContain('app/r299');
    expect(await open('/?q=zebra')).toContain('No repository has “zebra” in its name');
    expect(await open(`/?repository=${BUSY}&q=${encodeURIComponent('<b>')}`)).toContain('No tag has “&lt;b&gt;” in its name');
  });

  it('reads only what is on the page', async () => {
    await open('/');
    await open(`/?repository=${BUSY}`);
    const calls = spyOn(kept.storage);
    for (const address of ['/', '/?page=4', '/?q=r1', `/?repository=${BUSY}`, `/?repository=${BUSY}&page=7`]) {
      jest.clearAllMocks();
      await open(address);
      expect([address, calls.reduce((sum, { mock }) => sum + mock.calls.length, 0)]).toEqual([address, 0]);
    }
  });

  it('shows the last page to those who ask for a later one, and the first to those who ask for none', async () => {
    expect(await open(`/?repository=${BUSY}&page=999`)).toContain('1,001 to 1,050 of 1,050 tags');
    for (const page of ['0', '-1', 'x', '1e9', '']) expect(await open(`/?repository=${BUSY}&page=${page}`)).toContain('1 to 100 of');
    expect((await fetch(`${registry.url}/?repository=team/none`)).status).toBe(404);
    expect((await fetch(`${registry.url}/?repository=<b>`)).status).toBe(404);
  });
});
