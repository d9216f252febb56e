import { stripVTControlCharacters } from 'node:util';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import fc from 'fast-check';

import { imageFolder } from '../engines/names/image-folder';
import { type Destination } from './destination/destination';
import { type PublishableImage } from './image/publishable-image';
import { describeUncheckedGrowth } from './size/describe-growth';
import { findGrowth } from './size/find-growth';
import { findSizeRefusal } from './size/find-size-refusal';
import { parseSizeLimit } from './task/size-limit';
import { makePublishing, type Publishing } from './testing/publishing';

const { ociIndex: OCI_INDEX } = MEDIA_TYPES;

describe('the size of an image', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team, guard: false }`);
  });
  afterEach(async () => {
    await registry.close();
    publishing.workspace.remove();
  });

  type Options = NonNullable<Parameters<Publishing['publish']>[0]>['options'];
  const publish = async (options: Options = {}) => {
    const [result] = [...(await publishing.publish({ options })).values()];
    return { success: result?.success, text: stripVTControlCharacters(`${result?.text}\n${publishing.takePrinted()}`) };
  };
  const writes = () => registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  const readReport = () =>
    JSON.parse(readFileSync(join(imageFolder(publishing.workspace.root, 'app'), 'report.json'), 'utf8')) as {
      readonly growth?: { readonly tag: string; readonly bytes: number; readonly layers: readonly { readonly change: string }[] };
      readonly noGrowth?: string;
    };
  /** Publishes an image of two layers; the next one has a third. */
  const grow = async () => {
    await publishing.build('app', { layers: 2 });
    await publish();
    publishing.workspace.commit('second');
    await publishing.build('app', { layers: 3 });
    registry.log.clear();
  };

  it('is compared with that of its floating tag by a dry run, layer by layer, with the largest files of new ones', async () => {
    await grow();
    const { text } = await publish({ dryRun: true });
    expect(text).toMatch(/\n {2}size +\d+\.\d kB, 16\.\d kB \(\d+\.\d %\) more than \S+\/team\/app:latest\n/);
    expect(text).toMatch(/\n {4}new {3}16\.\d kB sha256:\w+\n +2\/data 16\.4 kB\n {4}same {2}\d+\.\d kB in 2 layers\n/);
  });

  it('is compared without another request, and the report has it', async () => {
    await grow();
    await publish({ maxGrowth: '80%', maxSize: '1MB' });
    const limited = registry.log.entries().length;
    expect(readReport().growth).toMatchObject({ tag: 'latest', bytes: expect.any(Number) });
    expect(readReport().growth?.layers.map(({ change }) => change)).toEqual(['same', 'same', 'new']);
    publishing.workspace.commit('third');
    await publishing.build('app', { layers: 4 });
    registry.log.clear();
    await publish();
    expect(registry.log.entries()).toHaveLength(limited);
  });

  it.each([
    ['maxSize', { maxSize: '40kB' }, [/more than `maxSize` \(40\.0 kB\)/]],
    ['maxGrowth in bytes', { maxGrowth: '10 kB' }, [/more than `maxGrowth` \(10\.0 kB\)/]],
    ['maxGrowth in percent', { maxGrowth: '10%' }, [/more than `maxGrowth` \(10 %\)/]],
    ['both', { maxSize: 40_000, maxGrowth: 10_000 }, [/`maxSize`/, /`maxGrowth`/]],
  ])('stops a publish before a byte is sent, and a dry run as well: %s', async (_what, options, reasons) => {
    await grow();
    for (const dryRun of [true, false]) {
      const { success, text } = await publish({ ...options, dryRun });
      expect(success).toBe(false);
      for (const reason of reasons) expect(text).toMatch(reason);
    }
    expect(writes()).toEqual([]);
  });

  it('is limited by registries.yaml for all images, and by none for one', async () => {
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${registry.host}', guard: false }\npublish:\n  tags: [latest]\n  settleMs: 0\n  maxSize: 20kB\n`,
    );
    publishing.workspace.commit('limits');
    await publishing.build('app', { layers: 2 });
    expect((await publish()).text).toContain('`maxSize` (20.0 kB)');
    expect(writes()).toEqual([]);
    expect(await publish({ maxSize: 'none' })).toMatchObject({ success: true });
  });

  it('is in the table of results with what it grew, and new is not the same as unknown', async () => {
    const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] });
    await publishing.build('app', { layers: 2 });
    expect((await publish({ tags: ['latest', 'edge'] })).text).toMatch(/ 34\.\d kB \(new\) /);
    expect(readReport()).toMatchObject({ noGrowth: 'new' });
    publishing.workspace.commit('second');
    await publishing.build('app', { layers: 3 });
    expect((await publish()).text).toMatch(/ 5\d\.\d kB \(\+16\.\d kB\) /);
    expect(readReport().noGrowth).toBeUndefined();
    await fetch(`http://${registry.host}/v2/team/app/manifests/latest`, {
      method: 'PUT',
      headers: { 'content-type': OCI_INDEX },
      body: index,
    });
    publishing.workspace.commit('third');
    expect((await publish({ dryRun: true })).text).toMatch(/\n {2}size +5\d\.\d kB, growth unknown: /);
    expect((await publish()).text).toMatch(/ 5\d\.\d kB \(growth unknown\) /);
    expect(readReport()).toMatchObject({ noGrowth: 'unknown' });
    expect((await publish({ tags: ['sha'] })).text).toMatch(/ 5\d\.\d kB {2}/);
    expect(readReport().noGrowth).toBeUndefined();
  });

  it('is unknown, not new, if the registry does not say what the tag points at', async () => {
    const destination = { repository: { registry: 'ghcr.io', repository: 'acme/app' } } as unknown as Destination;
    const image = { sizeBytes: 1, platforms: [], contents: [] } as unknown as PublishableImage;
    const growth = await findGrowth(image, ['latest'], [{ destination, tags: new Map([['latest', 'unknown']]) }]);
    expect(growth).toMatchObject({ kind: 'unknown', tag: 'latest' });
    expect(describeUncheckedGrowth(growth, { project: 'app', limits: { maxGrowth: { kind: 'bytes', bytes: 0 } } })).toBe(
      'app: growth unknown, `maxGrowth` was not checked: ghcr.io/acme/app does not say whether latest exists',
    );
  });

  it('is not limited in growth if there is no image to compare with', async () => {
    await publishing.build('app', { layers: 2 });
    expect(await publish({ maxGrowth: '1%' })).toMatchObject({ success: true });
  });

  it('is not checked, with a notice, if no manifest came with the digest of the tag', async () => {
    const repository = { registry: 'docker.io', repository: 'acme/app', recallManifest: () => undefined };
    const destination = { repository } as unknown as Destination;
    const image = { sizeBytes: 1, platforms: [], contents: [] } as unknown as PublishableImage;
    const tags = new Map([['latest', { mediaType: '', digest: digestOf('another image'), size: 1 }]]);
    const growth = await findGrowth(image, ['latest'], [{ destination, tags }]);
    expect(findSizeRefusal('app', { platforms: [], growth }, { maxGrowth: { kind: 'bytes', bytes: 0 } })).toBeUndefined();
    expect(describeUncheckedGrowth(growth, { project: 'app', limits: { maxGrowth: { kind: 'bytes', bytes: 0 } } })).toBe(
      'app: growth unknown, `maxGrowth` was not checked: docker.io did not send the manifest of acme/app:latest with its digest',
    );
    expect(describeUncheckedGrowth(growth, { project: 'app', limits: {} })).toBeUndefined();
  });

  it('is refused if limits are not sizes, with all of them in one error', async () => {
    await publishing.build('app', { layers: 1 });
    const { text } = await publish({ maxSize: '10%', maxGrowth: 'much' });
    expect(text).toContain('`maxSize` is "10%", not a size. Write 500MB or 1.5GB, or none.');
    expect(text).toContain('`maxGrowth` is "much", not a size. Write 20MB or 10%, or none.');
  });

  it('is read in any unit', () => {
    const units = { '': 1, B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };
    fc.assert(
      fc.property(fc.nat(4000), fc.constantFrom(...Object.entries(units)), fc.constantFrom('', ' '), (count, [unit, bytes], gap) => {
        expect(parseSizeLimit(`${count}${gap}${unit}`)).toEqual({ kind: 'bytes', bytes: count * bytes });
      }),
    );
  });
});
