import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { array, assert, asyncProperty, constantFrom, dictionary, option, record, stringMatching, uniqueArray } from 'fast-check';
import { ANNOTATIONS, parsePlatform } from '@nx-oci/model';

import { createLayout, type Layout } from '../folder/layout';
import type { BaseImage } from './base-image';
import { buildImage } from './build-image';
import type { ConfigChanges } from './build-options';
import { formatOwnParts, ownPartsOf, parseOwnParts } from './own-parts';
import { rebaseImage } from './rebase-image';

const platform = parsePlatform('linux/amd64');

describe('an image on a newer version of its base', () => {
  let folder: string;
  let sink: Layout;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-rebase-'));
    sink = await createLayout(join(folder, 'image'));
    for (const name of ['a', 'b', 'own', 'more']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'file'), name);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const layer = (name: string) => [{ from: join(folder, name), to: `/${name}` }];
  interface Settings {
    readonly config: ConfigChanges;
    readonly labels: Readonly<Record<string, string>>;
  }
  const makeBase = async (names: readonly string[], { config, labels }: Settings): Promise<BaseImage> =>
    buildImage({ platform, layers: names.map(layer), config, labels, sink });
  const makeImage = async (base: BaseImage, names: readonly string[], { config, labels }: Settings) => {
    const annotations = { [ANNOTATIONS.own]: formatOwnParts(ownPartsOf(config, labels, names.length)) };
    return buildImage({ platform, base, layers: names.map(layer), config, labels, annotations, sink });
  };

  const word = stringMatching(/^[A-Za-z]{1,4}$/);
  const words = option(array(word, { maxLength: 3 }), { nil: undefined });
  const text = option(word, { nil: undefined });
  const settings = record({
    config: record({
      env: option(dictionary(word, stringMatching(/^[ -~]{0,8}$/)), { nil: undefined }),
      user: text,
      workdir: constantFrom(undefined, '/a', '/b'),
      entrypoint: words,
      cmd: words,
      ports: option(array(constantFrom(80, '80/tcp', '53/udp', 443)), { nil: undefined }),
      volumes: option(uniqueArray(constantFrom('/data', '/tmp')), { nil: undefined }),
      stopSignal: constantFrom(undefined, 'SIGINT'),
    }),
    labels: dictionary(constantFrom('team', 'org.opencontainers.image.title', 'dev.nx-oci.project'), word),
  });

  it('is, byte for byte, the image that a build on that version makes', async () => {
    await assert(
      asyncProperty(settings, settings, settings, constantFrom(['own'], ['own', 'more'], []), async (old, next, own, layers) => {
        const [before, after] = [await makeBase(['a'], old), await makeBase(['a', 'b'], next)];
        const built = await makeImage(before, layers, own);
        const parts = parseOwnParts(formatOwnParts(ownPartsOf(own.config, own.labels, layers.length)));
        const rebased = rebaseImage({ manifest: built.manifest, config: built.config, own: parts! }, after, {});
        const expected = await makeImage(after, layers, own);
        expect(JSON.parse(Buffer.from(rebased.config.bytes).toString())).toEqual(JSON.parse(JSON.stringify(expected.config)));
        expect(rebased.manifest.descriptor).toEqual(expected.manifest.descriptor);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused if its layers or its history are not as they were built', async () => {
    const none = { config: {}, labels: {} };
    const base = await makeBase(['a'], none);
    const { manifest, config } = await makeImage(base, ['own'], none);
    const own = ownPartsOf({}, {}, 1);
    const refused: unknown = expect.objectContaining({ code: 'MANIFEST_INVALID' });
    const rebase = (changed: Parameters<typeof rebaseImage>[0]) => () => rebaseImage(changed, base, {});
    expect(rebase({ manifest, config, own: { ...own, layers: 2 } })).toThrow(refused as Error);
    expect(rebase({ manifest, config: { ...config, history: [] }, own })).toThrow(refused as Error);
    expect(rebase({ manifest: base.manifest, config: base.config, own })).toThrow(refused as Error);
  });

  it('knows its own parts from text of this version only', () => {
    const own = ownPartsOf({ env: { A: '1' }, ports: [80], cmd: [] }, { team: 'a' }, 2);
    expect(parseOwnParts(formatOwnParts(own))).toEqual(own);
    for (const other of ['', '[]', '{}', 'null', formatOwnParts(own).replace('"version":1', '"version":2')])
      expect(parseOwnParts(other)).toBeUndefined();
  });
});
