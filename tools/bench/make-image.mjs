import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MIB = 1024 * 1024;
const PROJECT = 'app';
const PLATFORM = { architecture: 'amd64', os: 'linux' };

/**
 * @typedef {object} Blob
 * @property {{ mediaType: string, digest: string, size: number }} descriptor
 * @property {Buffer} bytes
 *
 * @typedef {Blob & { diffId: string }} Layer
 *
 * @typedef {object} Image
 * @property {string} name
 * @property {string} project the project it belongs to
 * @property {string} folder an OCI image layout; `latest` names its one image
 * @property {readonly Layer[]} layers
 */

/**
 * A layer that engines accept: a gzipped tar of one file of random bytes.
 *
 * @param {number} mebibytes
 * @returns {Layer}
 */
export function makeLayer(mebibytes, folder) {
  const name = randomBytes(6).toString('hex');
  writeFileSync(join(folder, name), randomBytes(mebibytes * MIB));
  const tar = execFileSync('tar', ['--create', '--directory', folder, name], { maxBuffer: 1024 * MIB });
  rmSync(join(folder, name));
  return { ...makeBlob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 1 })), diffId: digestOf(tar) };
}

/**
 * Writes a layout that every contender reads, with the record (`image.json`) that ours needs.
 *
 * @param {{ name: string, project?: string, folder: string, layers: readonly Layer[] }} image
 * @returns {Image}
 */
export function writeImage({ name, project = PROJECT, folder, layers }) {
  const config = makeDocument('application/vnd.oci.image.config.v1+json', {
    ...PLATFORM,
    config: { Cmd: ['/none'], Labels: { 'dev.nx-oci.project': project } },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created_by: 'bench' })),
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = makeDocument(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  for (const { descriptor, bytes } of [...layers, config, manifest])
    writeFileSync(join(folder, 'blobs', descriptor.digest.replace(':', '/')), bytes);
  const index = {
    schemaVersion: 2,
    manifests: [{ ...manifest.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'latest' } }],
  };
  const record = {
    // The same as `RECORD_VERSION` in packages/oci-publish/src/engines/image/image-record.ts.
    schemaVersion: 5,
    project,
    engine: 'native',
    platforms: ['linux/amd64'],
    build: config.descriptor.digest,
    output: { manifest: manifest.descriptor },
    sources: { digest: digestOf('[]'), looked: [] },
  };
  writeJson(join(folder, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
  writeJson(join(folder, 'index.json'), index);
  writeJson(join(folder, 'image.json'), record);
  return { name, project, folder, layers };
}

function makeDocument(mediaType, content) {
  return makeBlob(mediaType, Buffer.from(JSON.stringify(content)));
}

function makeBlob(mediaType, bytes) {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function writeJson(file, content) {
  writeFileSync(file, JSON.stringify(content));
}
