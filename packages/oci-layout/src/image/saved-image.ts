import { type Readable } from 'node:stream';

import {
  algorithmOf,
  digestOf,
  hexOf,
  isDigest,
  isIndexType,
  isManifestType,
  MAX_CONFIG_BYTES,
  OciError,
  parseImageConfig,
  parseIndex,
  parseManifest,
  readLimited,
  type ContentSource,
  type Descriptor,
  type Digest,
  type ImageConfig,
} from '@nx-oci/model';

import { openLayout } from '../folder/layout';
import { ArchiveFiles } from '../tar/archive-files';

/** An image that an engine saved. */
export interface SavedImage {
  readonly config: ImageConfig;
  /** One for each diff id of the config, lowest first. */
  readonly layers: readonly SavedLayer[];
}

export interface SavedLayer {
  /** Of the stored blob; `undefined` for an uncompressed archive without a descriptor. */
  readonly descriptor?: Descriptor;
  /** It stays where it is: the layout only names it. */
  readonly isElsewhere?: true;
  /** Of an uncompressed archive, if it is known. */
  readonly sizeBytes?: number | undefined;
  open(): Promise<Readable>;
}

/** Opens the only image of a layout. @throws OciError `LAYOUT_INVALID` */
export async function openSavedLayout(folder: string): Promise<SavedImage> {
  const [image, another] = (await openSavedPlatforms(folder)).images;
  if (image === undefined || another !== undefined) throw invalid(folder, 'it does not list exactly one image');
  return image;
}

/**
 * Opens what the only entry of a layout names: an image, or an index over those of several platforms, in its order, without
 * attestations.
 *
 * @throws OciError `LAYOUT_INVALID`
 */
export async function openSavedPlatforms(folder: string): Promise<{ readonly root: Descriptor; readonly images: readonly SavedImage[] }> {
  const layout = await openLayout(folder);
  const [root, another] = await layout.entries();
  if (root === undefined || another !== undefined) throw invalid(folder, 'it does not list exactly one image');
  return { root, images: await openPlatforms(layout, root, folder) };
}

/**
 * Opens an image, or those of an index without its attestations, in their order.
 *
 * @param name of the source, for errors. @throws OciError `LAYOUT_INVALID`
 */
export async function openPlatforms(source: ContentSource, root: Descriptor, name: string): Promise<readonly SavedImage[]> {
  if (!isIndexType(root.mediaType)) return [await openOne(source, root, name)];
  const { manifests } = parseIndex(await fetchDocument(source, root), root.mediaType);
  return Promise.all(manifests.filter(isImage).map((entry) => openOne(source, entry, name)));
}

async function openOne(source: ContentSource, entry: Descriptor, name: string): Promise<SavedImage> {
  const manifest = parseManifest(await fetchDocument(source, entry), entry.mediaType);
  const layers = manifest.layers.map((descriptor) => ({ descriptor, open: () => source.fetch(descriptor) }));
  return checked(name, { config: parseImageConfig(await fetchDocument(source, manifest.config)), layers });
}

async function fetchDocument(source: ContentSource, descriptor: Descriptor): Promise<Buffer> {
  return readLimited(await source.fetch(descriptor), MAX_CONFIG_BYTES, `document ${descriptor.digest}`);
}

/** Attestations are no images. */
export function isImage({ annotations }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === undefined;
}

/**
 * Opens an image in an archive of `docker save`: from a containerd store (with its original blobs), or from a classic store
 * (with uncompressed layers), in the format of Docker 25 or earlier.
 *
 * @param id the id of the image in the engine: the digest of its manifest, index or config.
 * @throws OciError `LAYOUT_INVALID` if the archive does not contain it.
 */
export async function openSavedArchive(archive: string, id: Digest): Promise<SavedImage> {
  const files = await ArchiveFiles.open(archive);
  const found = await readDocument(files, archive, id);
  const { mediaType } = JSON.parse(found.toString('utf8')) as { readonly mediaType?: unknown };
  const type = typeof mediaType === 'string' ? mediaType : '';
  if (isIndexType(type)) return openManifest(files, archive, onlyManifest(files, archive, parseIndex(found, type).manifests));
  if (isManifestType(type)) return openManifest(files, archive, { mediaType: type, digest: id, size: found.byteLength });
  return openListed(files, archive, id);
}

function onlyManifest(files: ArchiveFiles, archive: string, listed: readonly Descriptor[]): Descriptor {
  // An index may also list attestations, and platforms that are not in the archive.
  const [only, another] = listed.filter((entry) => isImage(entry) && files.sizeOf(blobPath(entry.digest)) !== undefined);
  if (only === undefined || another !== undefined) throw invalid(archive, 'its index does not contain exactly one image');
  return only;
}

async function openManifest(files: ArchiveFiles, archive: string, { digest, mediaType }: Descriptor): Promise<SavedImage> {
  const manifest = parseManifest(await readDocument(files, archive, digest), mediaType);
  const config = parseImageConfig(await readDocument(files, archive, manifest.config.digest));
  const layers = manifest.layers.map((descriptor) => ({
    descriptor,
    open: () => openFile(files, archive, blobPath(descriptor.digest)),
  }));
  return checked(archive, { config, layers });
}

/** The classic store: `manifest.json` lists the files of the layers. */
async function openListed(files: ArchiveFiles, archive: string, id: Digest): Promise<SavedImage> {
  const config = parseImageConfig(await readDocument(files, archive, id));
  const list = files.sizeOf('manifest.json') === undefined ? [] : parseList(await files.read('manifest.json', MAX_CONFIG_BYTES));
  const paths = list.find((entry) => entry.Config?.includes(hexOf(id)))?.Layers;
  if (paths === undefined) throw invalid(archive, `manifest.json does not list ${id}`);
  return checked(archive, {
    config,
    layers: paths.map((path) => ({ sizeBytes: files.sizeOf(path), open: () => openFile(files, archive, path) })),
  });
}

interface ListedImage {
  readonly Config?: string;
  readonly Layers?: readonly string[];
}

function parseList(bytes: Buffer): readonly ListedImage[] {
  const list = JSON.parse(bytes.toString('utf8')) as unknown;
  return Array.isArray(list) ? (list as ListedImage[]) : [];
}

async function readDocument(files: ArchiveFiles, archive: string, digest: Digest): Promise<Buffer> {
  const path = [blobPath(digest), `${hexOf(digest)}.json`].find((candidate) => files.sizeOf(candidate) !== undefined);
  if (path === undefined) throw invalid(archive, `it does not contain ${digest}`);
  const bytes = await files.read(path, MAX_CONFIG_BYTES);
  if (digestOf(bytes) !== digest) throw invalid(archive, `${path} does not match its digest`);
  return bytes;
}

function openFile(files: ArchiveFiles, archive: string, path: string): Promise<Readable> {
  if (files.sizeOf(path) === undefined) return Promise.reject(invalid(archive, `it does not contain ${path}`));
  return Promise.resolve(files.content(path));
}

function checked(where: string, image: SavedImage): SavedImage {
  const diffIds = image.config.rootfs.diff_ids;
  if (diffIds.length !== image.layers.length || !diffIds.every(isDigest)) {
    throw invalid(where, `its config lists ${diffIds.length} layers, but it has ${image.layers.length}`);
  }
  return image;
}

function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`;
}

function invalid(where: string, why: string): OciError {
  return new OciError('LAYOUT_INVALID', `Cannot import the image from ${where}: ${why}.`, {
    hint: 'Build it again. If it keeps failing, please report it with the version of the engine.',
  });
}
