import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import { openConnection, type Connection } from '@nx-oci/publish';
import { makePublishing, type Publishing } from '@nx-oci/publish/testing';

import { BaseImageChecker } from './base-image-checker';

const DIGEST = `sha256:${'1'.repeat(64)}`;

describe('a check of base images', () => {
  let registry: RunningRegistry;
  let connection: Connection;
  let base: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    connection = await openConnection({ entries: [], env: {} });
    base = makePublishing(`{ host: '${registry.host}' }`);
  });
  afterEach(async () => {
    await connection.close();
    base.workspace.remove();
    await registry.close();
  });

  const name = (tag: string): string => `${registry.host}/base:${tag}`;
  const publishBase = async (tags: readonly string[], changed: readonly number[] = [0]): Promise<string> => {
    await base.build('base', { layers: 1, changed });
    await base.publish({ projects: ['base'], options: { tags: [...tags], force: true } });
    const answer = await fetch(`http://${registry.host}/v2/base/manifests/${tags[0] ?? ''}`);
    return answer.headers.get('docker-content-digest') ?? '';
  };
  const check = (...images: Parameters<BaseImageChecker['check']>[0]) => new BaseImageChecker(connection.client).check(images);
  const sources = (...images: readonly (readonly [string, ...string[]])[]) => ({
    otherBases: {
      images: images.map(([reference, ...digests]) => ({ reference, digests: digests as `sha256:${string}`[] })),
      hasUnknown: false,
    },
  });

  it('looks at each base once: 1,000 images on 20 bases are 20 requests', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `b${index}`);
    const digest = await publishBase(tags);
    registry.log.clear();
    const checker = new BaseImageChecker(connection.client);
    const images = Array.from({ length: 1000 }, (_, index) => ({
      baseName: name(tags[index % 20] ?? ''),
      baseDigest: index % 20 === 7 ? DIGEST : digest,
      ...sources([name(tags[(index * 3) % 20] ?? ''), digest]),
    }));
    const checked = await Promise.all(images.map((image) => checker.check([image])));
    expect(checked.flatMap(({ moved }) => moved)).toHaveLength(50);
    expect(checked.flatMap(({ unchecked }) => unchecked)).toEqual([]);
    expect(registry.log.entries()).toHaveLength(20);
  });

  it('finds a moved image that is only copied from, and leaves alone what is named by digest', async () => {
    const digest = await publishBase(['a', 'b']);
    const image = { baseName: name('a'), baseDigest: digest, ...sources([name('b'), DIGEST], [`${name('a')}@${DIGEST}`, DIGEST]) };
    expect(await check(image)).toEqual({ moved: [{ kind: 'base', reference: name('b'), from: DIGEST, to: digest }], unchecked: [] });
  });

  it('does not take an unreachable registry, a removed tag or an unknown digest for unchanged', async () => {
    const digest = await publishBase(['a']);
    const unnamed = { otherBases: { images: [], hasUnknown: true } };
    const images = [
      { baseName: '127.0.0.1:1/base:1', baseDigest: digest },
      { baseName: name('gone'), baseDigest: digest },
      { baseName: name('a') },
      unnamed,
    ];
    expect(await check(...images)).toEqual({
      moved: [],
      unchecked: [
        { reference: '127.0.0.1:1/base:1', why: expect.stringContaining('127.0.0.1:1') },
        { reference: name('gone'), why: 'its registry does not have it any more' },
        { reference: name('a'), why: 'its digest was unknown when the image was built' },
        { reference: '?', why: 'only its builder knows its name' },
      ],
    });
  });

  it('needs no request for an image without a base', async () => {
    expect(await check({})).toEqual({ moved: [], unchecked: [] });
    expect(registry.log.entries()).toEqual([]);
  });
});
