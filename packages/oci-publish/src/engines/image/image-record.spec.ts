import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import fc from 'fast-check';

import { makeSourcesRecord } from '../sources/sources-record';
import { projectOfFolder } from '../names/image-folder';
import { imageFolder, readImageRecord, RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord } from './image-record';

const RECORD: ImageRecord = {
  schemaVersion: RECORD_VERSION,
  project: '@acme/api',
  engine: 'native',
  platforms: ['linux/amd64'],
  build: digestOf('options'),
  output: { manifest: { mediaType: MEDIA_TYPES.ociManifest, digest: digestOf('manifest'), size: 8 } },
  sources: makeSourcesRecord([]),
};

describe('imageFolder', () => {
  it('keeps ordinary names, as {projectName} in the outputs of a target expects', () => {
    expect(imageFolder('/w', 'shop-api_2.x')).toBe(join('/w/dist/images/shop-api_2.x'));
    expect(imageFolder('/w', '@acme/Api')).toBe(join('/w/dist/images/@acme/Api'));
  });

  it('escapes names that could leave the folder or be inside another', () => {
    const names = ['..', '../x', 'a/b', '@acme', '/etc', 'a.', '%2e'];
    const folders = names.map((name) => imageFolder('/w', name));
    expect(folders.map((folder) => relative(join('/w/dist/images'), folder))).toEqual([
      '%2e%2e',
      '%2e.%2fx',
      'a%2fb',
      '%40acme',
      '%2fetc',
      'a%2e',
      '%252e',
    ]);
  });

  it('gives each project its own folder', () => {
    const name = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.stringMatching(/^[@./%a-zA-Z0-9-]{1,12}$/));
    fc.assert(fc.property(name, (project) => expect(projectOfFolder(imageFolder('/w', project))).toBe(project)));
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

  it('is read back unchanged', async () => {
    await writeImageRecord(folder, RECORD);
    expect(await readImageRecord(folder)).toEqual(RECORD);
    expect(await readFile(join(folder, 'image.json'), 'utf8')).toMatch(/\n$/);
  });

  it.each([1, 2, 3, 4, 6])('is refused from another version of nx-oci, such as %i', async (schemaVersion) => {
    await writeImageRecord(folder, { ...RECORD, schemaVersion } as never);
    await expect(readImageRecord(folder)).rejects.toMatchObject({
      message: 'Cannot use the image of @acme/api: another version of nx-oci built it.',
      hint: 'Build and publish it in one run: nx run @acme/api:publish --skip-nx-cache',
    });
  });

  it('names the target that creates it when it is missing', async () => {
    await writeImageRecord(folder, RECORD);
    await removeImageRecord(folder);
    await expect(readImageRecord(folder)).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      hint: 'Build the image first: nx run @acme/api:image',
    });
  });

  it.each([
    ['text', 'no json'],
    ['another version', JSON.stringify({ ...RECORD, schemaVersion: RECORD_VERSION + 1 })],
    ['a digest that is none', JSON.stringify({ ...RECORD, build: 'sha256:../../etc' })],
  ])('is refused if it contains %s', async (_what, text) => {
    await writeImageRecord(folder, RECORD);
    await writeFile(join(folder, 'image.json'), text);
    await expect(readImageRecord(folder)).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });
});
