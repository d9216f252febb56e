import { digestOf } from '@nx-oci/model';
import fc from 'fast-check';

import { memoryStorage } from '..';
import { linkBlob, unlinkBlob } from '../repositories/blob-records';
import { removeManifest, storeManifest, type NewManifest } from '../repositories/manifest-records';
import { removeTag } from '../repositories/tag-records';
import { RegistryOverview } from './registry-overview';
import { observeRecords } from './observe-records';

const REPOSITORIES = ['a', 'a/b', 'c'];
const TAGS = ['v1', 'v2', 'latest'];

function manifest(name: string): NewManifest {
  const bytes = Buffer.from(name);
  return { digest: digestOf(bytes), bytes, facts: { mediaType: 'x', children: [] } };
}

const change = fc.record({
  repository: fc.constantFrom(...REPOSITORIES),
  kind: fc.constantFrom('tag', 'untag', 'delete', 'blob', 'unlink', 'look' as const),
  tag: fc.constantFrom(...TAGS),
  content: fc.constantFrom('one', 'two'),
});

describe('the overview of a registry', () => {
  afterEach(() => jest.restoreAllMocks());

  it('after any changes is what a new one reads from the storage', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (changes) => {
        const plain = memoryStorage();
        const storage = observeRecords(plain, (one) => overview.note(one));
        const overview = new RegistryOverview(storage);
        const looks: Promise<unknown>[] = [];
        for (const { repository, kind, tag, content } of changes) {
          const { digest } = manifest(content);
          // A look that is not awaited reads while the next change is made.
          if (kind === 'look') looks.push(overview.repositories());
          else if (kind === 'tag') await storeManifest(storage, repository, manifest(content), [tag]);
          else if (kind === 'untag') await removeTag(storage, repository, tag);
          else if (kind === 'delete') await removeManifest(storage, repository, digest);
          else if (kind === 'blob') await linkBlob(storage, repository, digest);
          else await unlinkBlob(storage, repository, digest);
        }
        await Promise.all(looks);
        const fresh = new RegistryOverview(plain);
        expect(await overview.repositories()).toEqual(await fresh.repositories());
        expect((await overview.repositories()).map(({ name }) => name).sort()).toEqual(await plain.records.listRepositories());
        for (const repository of REPOSITORIES) expect(await overview.tags(repository)).toEqual(await fresh.tags(repository));
      }),
      { numRuns: 100 },
    );
  });

  it('forgets a repository that became empty, however many pages look at it meanwhile', async () => {
    const { digest } = manifest('one');
    const storage = observeRecords(memoryStorage(), (one) => overview.note(one));
    const overview = new RegistryOverview(storage);
    await linkBlob(storage, 'a', digest);
    await overview.repositories();
    await unlinkBlob(storage, 'a', digest);
    for (const seen of await Promise.all([overview.repositories(), overview.repositories()])) expect(seen).toEqual([]);
    expect(await overview.repositories()).toEqual([]);
  });

  it('keeps a repository that gets content while it is asked whether it became empty', async () => {
    const { digest } = manifest('one');
    const plain = memoryStorage();
    const storage = observeRecords(plain, (one) => overview.note(one));
    const overview = new RegistryOverview(storage);
    await linkBlob(storage, 'a', digest);
    await overview.repositories();
    await unlinkBlob(storage, 'a', digest);
    // The push arrives after the storage was read, and before its answer is used.
    const count = plain.records.count.bind(plain.records);
    jest.spyOn(plain.records, 'count').mockImplementation(async (...address) => {
      const found = await count(...address);
      if (address[1] === 'blobs') await linkBlob(storage, 'a', digest);
      return found;
    });
    await overview.repositories();
    jest.restoreAllMocks();
    expect((await overview.repositories()).map(({ name }) => name)).toEqual(['a']);
  });

  it('has another version after each change, and the same without one', async () => {
    // The total is counted again after some seconds, which is another version.
    jest.spyOn(performance, 'now').mockReturnValue(0);
    const storage = observeRecords(memoryStorage(), (one) => overview.note(one));
    const overview = new RegistryOverview(storage);
    await overview.totalBytes();
    const seen = [overview.version];
    for (const tag of TAGS) {
      await storeManifest(storage, 'a', manifest('one'), [tag]);
      seen.push(overview.version);
      expect(overview.version).toBe(seen.at(-1));
    }
    await removeTag(storage, 'a', 'v1');
    seen.push(overview.version);
    expect(new Set(seen).size).toBe(seen.length);
    await removeTag(storage, 'a', 'v1');
    expect(overview.version).toBe(seen.at(-1));
    expect(new RegistryOverview(storage).version).not.toBe(seen.at(-1));
  });
});
