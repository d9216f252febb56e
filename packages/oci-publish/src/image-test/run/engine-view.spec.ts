import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { ImageFiles, readLayerFiles, type LayerFiles } from '@nx-oci/layout';
import { digestOf, encodeImageConfig, encodeManifest, MEDIA_TYPES } from '@nx-oci/model';
import { describeWith, MemoryStore } from '@nx-oci/model/testing';
import * as fc from 'fast-check';

import { runTool } from '../../engines/tools/run-tool';
import { findEngine } from './container-engine';
import { loadImage } from './container';

jest.setTimeout(120_000);

/** The entry of a layer for one path. */
type Leaf = { readonly kind: 'absent' | 'file' | 'removed' } | { readonly kind: 'link'; readonly target: string };
type Top = Leaf | { readonly kind: 'folder'; readonly isEmptied: boolean; readonly children: Readonly<Record<string, Leaf>> };
/** One per layer, lowest first. */
type Case = readonly Readonly<Record<string, Top>>[];

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.constantFrom('absent' as const, 'file' as const, 'removed' as const).map((kind): Leaf => ({ kind })),
  fc.constantFrom('a', 'b/x', '../b', './missing').map((target): Leaf => ({ kind: 'link', target })),
);
const folder: fc.Arbitrary<Top> = fc.record({
  kind: fc.constant('folder' as const),
  isEmptied: fc.boolean(),
  children: fc.record({ x: leaf, y: leaf }),
});
const oneCase: fc.Arbitrary<Case> = fc.array(fc.record({ a: fc.oneof(leaf, folder), b: fc.oneof(leaf, folder) }), {
  minLength: 3,
  maxLength: 3,
});

const BLOCK = 512;

function header(path: string, flag: string, target = ''): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(path, 0, 100);
  block.write(flag === '5' ? '0000755\0' : '0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write('00000000000\0', 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(flag, 156);
  block.write(target, 157, 100);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function entries(path: string, top: Top): readonly Buffer[] {
  const [parent, name] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
  if (top.kind === 'absent') return [];
  if (top.kind === 'removed') return [header(`${parent}/.wh.${name}`, '0')];
  if ('target' in top) return [header(path, '2', top.target)];
  if (!('children' in top)) return [header(path, '0')];
  const inner = Object.entries(top.children).flatMap(([child, one]) => entries(`${path}/${child}`, one));
  return [header(`${path}/`, '5'), ...(top.isEmptied ? [header(`${path}/.wh..wh..opq`, '0')] : []), ...inner];
}

/** Each case has its own folder, which every layer contains. */
function layersOf(cases: readonly Case[]): readonly Buffer[] {
  return [0, 1, 2].map((layer) => {
    const blocks = cases.flatMap((one, index) => [
      header(`case${index}/`, '5'),
      ...Object.entries(one[layer] ?? {}).flatMap(([name, top]) => entries(`case${index}/${name}`, top)),
    ]);
    return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
  });
}

const NOTHING = { wants: () => false, inspect: () => undefined };
const readTar = (tar: Readable) => readLayerFiles<undefined>(tar, MEDIA_TYPES.ociLayerTar, NOTHING);

function show(layers: readonly LayerFiles<undefined>[]): readonly string[] {
  return [...new ImageFiles(layers).entries()]
    .filter(([path]) => path.startsWith('/case'))
    .map(([path, { kind, target = '' }]) => `${path} ${kind} ${target}`.trim())
    .sort();
}

describeWith(['docker'], 'the files of an image', (things) => {
  it('equal those that Docker shows to a container, with replaced, removed and linked ones', async () => {
    const root = await mkdtemp(join(tmpdir(), 'nx-oci-engine-view-'));
    const env = { PATH: process.env['PATH'], HOME: root, DOCKER_HOST: things.server('docker').dockerHost };
    const engine = await findEngine('docker', { env, workspaceRoot: root });
    if (typeof engine === 'string') throw new Error(engine);
    const byDocker = async (tars: readonly Buffer[]) => {
      const layers = tars.map((bytes) => ({
        descriptor: { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf(bytes), size: bytes.length },
        bytes,
      }));
      const rootfs = { type: 'layers' as const, diff_ids: layers.map(({ descriptor }) => descriptor.digest) };
      const config = encodeImageConfig({ os: 'linux', architecture: 'amd64', config: { Cmd: ['/x'] }, rootfs });
      const manifest = encodeManifest({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        config: config.descriptor,
        layers: layers.map(({ descriptor }) => descriptor),
      });
      const source = new MemoryStore();
      for (const { descriptor, bytes } of [...layers, config]) await source.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
      const loaded = await loadImage(engine, { project: 'view', workspaceRoot: root, manifest, source });
      const container = await engine.callOrFail('make a container', ['create', loaded.name]);
      try {
        const archive = join(root, 'export.tar');
        await runTool({ program: 'docker', args: ['export', '--output', archive, container], env }, { purpose: 'export', install: '' });
        return show([await readTar(createReadStream(archive))]);
      } finally {
        await engine.call('remove it', ['rm', container]);
        await loaded.remove();
      }
    };
    try {
      // Many cases in one image: an engine takes a second for each.
      await fc.assert(
        fc.asyncProperty(fc.array(oneCase, { minLength: 60, maxLength: 60 }), async (cases) => {
          const tars = layersOf(cases);
          const ours = show(await Promise.all(tars.map((tar) => readTar(Readable.from([tar])))));
          expect(ours).toEqual(await byDocker(tars));
        }),
        { numRuns: 2, endOnFailure: true },
      );
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
