import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isDigest, isRepositoryName, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { matchSchema } from '../../text/match-schema';
import { replaceFile } from '../../text/replace-file';

// Some hundred images with twenty layers; a longer file is not ours.
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_IMAGES = 300;
const MAX_BLOBS_PER_IMAGE = 200;

// Smaller ones would drown the registry in requests, larger ones fill the memory.
const MIN_CHUNK_BYTES = 64 * 1024;
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

const digest = z.custom<Digest>(isDigest);

const image = z.object({
  repository: z.string().refine(isRepositoryName),
  manifest: digest,
  blobs: z.array(digest).max(MAX_BLOBS_PER_IMAGE),
});

const login = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('basic') }),
  z.object({ kind: z.literal('bearer'), realm: z.string().max(2048), service: z.string().max(1024).optional() }),
]);

const schema = z.object({
  schemaVersion: z.literal(1),
  registry: z.string(),
  facts: z.object({
    login: login.optional(),
    tagParameter: z.boolean().optional(),
    oneRequestUpload: z.boolean().optional(),
    chunkBytes: z.int().min(MIN_CHUNK_BYTES).max(MAX_CHUNK_BYTES).optional(),
  }),
  images: z.array(image).max(MAX_IMAGES),
});

/** What is stored about one registry host; contains no secret, and is not trusted. */
export type HintFile = z.output<typeof schema>;

/** An image that a repository had when it was last seen: its manifest, config and layers. */
export type HintedImage = z.output<typeof image>;

/** What is known about a host: nothing if the file is missing, or not ours. */
export async function readHintFile(folder: string, registry: string): Promise<HintFile> {
  const nothing: HintFile = { schemaVersion: 1, registry, facts: {}, images: [] };
  try {
    const file = fileOf(folder, registry);
    const found = await stat(file);
    // Reading a pipe would never end.
    if (!found.isFile() || found.size > MAX_FILE_BYTES) return nothing;
    const { data } = matchSchema(schema, JSON.parse(await readFile(file, 'utf8')));
    return data?.registry === registry ? data : nothing;
  } catch {
    // Missing, unreadable or invalid: then we ask the registry.
    return nothing;
  }
}

/**
 * Replaces the file of a host atomically, readable for its owner only; if there are too many images, the first ones are kept. If
 * it cannot be written, the next run sends a few more requests.
 */
export async function writeHintFile(folder: string, hints: HintFile): Promise<void> {
  try {
    await replaceFile(fileOf(folder, hints.registry), cutToSize(hints), { mode: 0o600, folderMode: 0o700 });
  } catch {
    // A read-only workspace or a full disk must not fail a completed publish.
  }
}

function cutToSize(hints: HintFile): string {
  let images = hints.images.filter(({ blobs }) => blobs.length <= MAX_BLOBS_PER_IMAGE).slice(0, MAX_IMAGES);
  for (;;) {
    const text = JSON.stringify({ ...hints, images });
    if (Buffer.byteLength(text) <= MAX_FILE_BYTES || images.length === 0) return text;
    images = images.slice(0, Math.floor(images.length / 2));
  }
}

/** Hosts contain `:`; the digest keeps names short and unique. */
function fileOf(folder: string, registry: string): string {
  return join(folder, `${createHash('sha256').update(registry).digest('hex').slice(0, 24)}.json`);
}
