import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MIB = 1024 * 1024;

/**
 * Writes an image layout with one layer, a tar that is never in memory as a whole, and the record (`image.json`) that a publish
 * reads.
 *
 * @param {string} folder
 * @param {number} mebibytes
 * @returns {Promise<string>} digest of the layer
 */
export async function makeBigLayout(folder, mebibytes) {
  const blobs = join(folder, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const layer = await writeLayer(blobs, mebibytes);
  const write = (mediaType, content) => writeDocument(blobs, mediaType, content);
  const config = write('application/vnd.oci.image.config.v1+json', {
    architecture: 'amd64',
    os: 'linux',
    config: { Labels: { 'dev.nx-oci.project': 'app' } },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: 'tools/faults' }],
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = write(mediaType, { schemaVersion: 2, mediaType, config, layers: [layer] });
  // As `RECORD_VERSION` in packages/oci-publish/src/engines/image/image-record.ts has it.
  const made = { schemaVersion: 5, project: 'app', engine: 'native', platforms: ['linux/amd64'], build: config.digest };
  const record = { ...made, sources: { digest: `sha256:${createHash('sha256').update('[]').digest('hex')}`, looked: [] } };
  writeJson(join(folder, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
  writeJson(join(folder, 'index.json'), { schemaVersion: 2, manifests: [manifest] });
  writeJson(join(folder, 'image.json'), { ...record, output: { manifest } });
  return layer.digest;
}

async function writeLayer(blobs, mebibytes) {
  const content = join(blobs, 'content');
  await writeRandomFile(content, mebibytes);
  const tar = spawn('tar', ['--create', '--directory', blobs, 'content'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  let size = 0;
  const unnamed = join(blobs, 'layer');
  await pipeline(
    tar.stdout,
    async function* (pieces) {
      for await (const piece of pieces) {
        hash.update(piece);
        size += piece.length;
        yield piece;
      }
    },
    createWriteStream(unnamed),
  );
  rmSync(content);
  const hex = hash.digest('hex');
  renameSync(unnamed, join(blobs, hex));
  return { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `sha256:${hex}`, size };
}

async function writeRandomFile(path, mebibytes) {
  const file = await open(path, 'w');
  try {
    for (let written = 0; written < mebibytes; written++) await file.write(randomBytes(MIB));
  } finally {
    await file.close();
  }
}

function writeDocument(blobs, mediaType, content) {
  const bytes = Buffer.from(JSON.stringify(content));
  const hex = createHash('sha256').update(bytes).digest('hex');
  writeFileSync(join(blobs, hex), bytes);
  return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}

function writeJson(file, content) {
  writeFileSync(file, JSON.stringify(content));
}
