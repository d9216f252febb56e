import { makeImage } from '@nx-oci/model/testing';
import { type Repository } from '@nx-oci/distribution';

import { useCopying, type ContextChange } from './testing/copying';

const scene = useCopying();
const { copy, put, digestAt, tagsAt, uploadsAt, writesAt, printed } = scene;

const other = makeImage({ seed: 'other' });
const from = (): string => `${scene.source.host}/team/app:1.4.0`;

/** Calls a function once, after planning and right before the first blob is sent. */
function beforeFirstBlob(act: () => Promise<void>): ContextChange {
  let acted: Promise<void> | undefined;
  return ({ client }) => ({
    client: {
      ...client,
      repository: (options) => {
        const repository = client.repository(options);
        const mountOrPush: Repository['mountOrPush'] = async (...blob) => {
          await (acted ??= act());
          return repository.mountOrPush(...blob);
        };
        return { ...repository, mountOrPush };
      },
    },
  });
}

describe('a tag that another run sets while the content of a copy is sent', () => {
  const setByOthers = (tag: string): ContextChange =>
    beforeFirstBlob(() => put(scene.atTarget('mirror/app'), other.contents, other.manifest, tag));

  it('stays if it is a version, and no tag of the copy is set', async () => {
    const copying = copy({ from: from(), to: 'corp', tags: ['1.4.0', 'latest'] }, undefined, setByOthers('1.4.0'));
    await expect(copying).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(other.manifest.descriptor.digest);
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual(['1.4.0']);
  });

  it('stays, and the other copies go on with onFailure: continue', async () => {
    const to = ['corp', `${scene.source.host}/prod/app`];
    const report = await copy({ from: from(), to, onFailure: 'continue' }, undefined, setByOthers('1.4.0'));
    expect(report).toMatchObject({ outcome: 'incomplete', failures: [expect.stringContaining('/mirror/app:1.4.0')] });
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(other.manifest.descriptor.digest);
    expect(await digestAt(scene.source, 'prod/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  it('moves if any tag may move', async () => {
    await copy({ from: from(), to: 'corp', noClobber: false }, undefined, setByOthers('1.4.0'));
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });
});

describe('a dry run of a copy', () => {
  it('fails if the copy would: a version tag points to another image', async () => {
    await put(scene.atTarget('mirror/app'), other.contents, other.manifest, '1.4.0');
    await expect(copy({ from: from(), to: 'corp', dryRun: true })).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
    expect(printed.join('\n')).toMatch(/\/mirror\/app:1\.4\.0 +refused/);
  });
});

describe('the point from which a copy is no longer stopped', () => {
  const puts = (path: RegExp): number => writesAt(scene.target).filter((one) => one.method === 'PUT' && path.test(one.path)).length;

  it('is passed once, when all content is staged and no tag is set', async () => {
    const passed: unknown[] = [];
    const passPointOfNoReturn = (): void => void passed.push({ blobs: uploadsAt(scene.target).length, tags: puts(/manifests\/1\.4/) });
    const to = ['corp', `${scene.target.host}/mirror/second`];
    await copy({ from: from(), to, onFailure: 'continue' }, undefined, () => ({ passPointOfNoReturn }));
    expect(passed).toEqual([{ blobs: 4, tags: 0 }]);
    expect(puts(/manifests\/1\.4/)).toBe(2);
  });

  it('is not passed by a copy that is stopped before, which sets no tag', async () => {
    const passPointOfNoReturn = jest.fn();
    const stop = new AbortController();
    const abort = (): Promise<void> => {
      stop.abort();
      return Promise.resolve();
    };
    const change: ContextChange = (context) => ({
      ...beforeFirstBlob(abort)(context),
      signal: stop.signal,
      passPointOfNoReturn,
    });
    await expect(copy({ from: from(), to: 'corp' }, undefined, change)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(passPointOfNoReturn).not.toHaveBeenCalled();
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual([]);
  });
});
