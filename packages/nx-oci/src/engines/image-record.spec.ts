import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import fc from 'fast-check';

import { decodeProjectName, encodeProjectName } from './image-folder';
import { imageFolder, readImageRecord, removeImageRecord, writeImageRecord, type ImageRecord } from './image-record';

const RECORD: ImageRecord = {
  schemaVersion: 1,
  project: '@acme/api',
  engine: 'native',
  platform: 'linux/amd64',
  build: digestOf('options'),
  output: { kind: 'layout', manifest: { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf('manifest'), size: 8 } },
};

describe('imageFolder', () => {
  it('keeps plain names and spells out the rest', () => {
    expect(encodeProjectName('shop-api_2.x')).toBe('shop-api_2.x');
    expect(encodeProjectName('@acme/Api')).toBe('%40acme+%41pi');
    expect(encodeProjectName('..')).toBe('%2e%2e');
  });

  it('gives each project its own folder, on file systems that fold case too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (project) => {
        const segment = encodeProjectName(project);
        expect(decodeProjectName(segment)).toBe(project);
        expect(segment).toBe(segment.toLowerCase());
        expect(basename(imageFolder('/w', project))).toBe(segment);
      }),
    );
  });
});

describe('an image record', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-record-'));
    folder = imageFolder(root, RECORD.project);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is read back as it was written', async () => {
    await writeImageRecord(folder, RECORD);
    expect(await readImageRecord(folder)).toEqual(RECORD);
    expect(await readFile(join(folder, 'image.json'), 'utf8')).toMatch(/\n$/);
  });

  it('says which target makes it when it is missing', async () => {
    await writeImageRecord(folder, RECORD);
    await removeImageRecord(folder);
    await expect(readImageRecord(folder)).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      hint: 'Build the image first: nx run @acme/api:image',
    });
  });

  it.each([
    ['text', 'no json'],
    ['another version', JSON.stringify({ ...RECORD, schemaVersion: 2 })],
    ['a digest that is none', JSON.stringify({ ...RECORD, build: 'sha256:../../etc' })],
  ])('is refused when it holds %s', async (_what, text) => {
    await writeImageRecord(folder, RECORD);
    await writeFile(join(folder, 'image.json'), text);
    await expect(readImageRecord(folder)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });
});
