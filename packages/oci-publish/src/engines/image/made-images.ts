import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { digestOf, hexOf, isDigest, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { CACHE_FOLDER } from '../names/image-folder';
import { DOCKERFILE_ENGINES, type DockerfileEngine } from '../options/engine-names';
import { matchSchema } from '../../text/match-schema';
import { replaceFile } from '../../text/replace-file';

/** An image that this workspace made in the store of an engine. */
export interface MadeImage {
  readonly project: string;
  readonly engine: DockerfileEngine;
  /** Absent for a copy that a test or a run loaded, which its name identifies. */
  readonly imageId?: Digest;
  /** Local `name:tag`; since a later build it may be the name of another image. */
  readonly name: string;
}

/** The same, as it was recorded. */
export interface RecordedImage extends MadeImage {
  /** When it was built last, in ms since 1970. */
  readonly madeAtMs: number;
}

const RECORD_VERSION = 1;

const recordSchema = z.object({
  schemaVersion: z.literal(RECORD_VERSION),
  project: z.string().min(1),
  engine: z.enum(DOCKERFILE_ENGINES),
  imageId: z.custom<Digest>(isDigest).optional(),
  name: z.string().min(1),
});

/**
 * The images that this workspace made in the stores of engines, which other workspaces share: one file for each image, written
 * when the image is made. Only what is recorded here may be removed. A clean `dist` and `nx reset` keep the records.
 */
export class MadeImages {
  private readonly folder: string;

  constructor(workspaceRoot: string) {
    this.folder = join(workspaceRoot, CACHE_FOLDER, 'made-images');
  }

  async record({ project, engine, imageId, name }: MadeImage): Promise<void> {
    const record = { schemaVersion: RECORD_VERSION, project, engine, ...(imageId !== undefined && { imageId }), name };
    await replaceFile(this.fileOf(record), `${JSON.stringify(record)}\n`);
  }

  /** Forgets an image that is no longer in the store. */
  async forget(image: Pick<MadeImage, 'engine' | 'imageId' | 'name'>): Promise<void> {
    await rm(this.fileOf(image), { force: true });
  }

  /** All records; those of other versions of nx-oci are left out, so that their images stay. */
  async list(): Promise<readonly RecordedImage[]> {
    const names = await readdir(this.folder).catch(ifMissing<string[]>([]));
    const records = await Promise.all(names.filter((name) => !name.startsWith('.')).map((name) => readRecord(join(this.folder, name))));
    return records.filter((record) => record !== undefined);
  }

  private fileOf({ engine, imageId, name }: Pick<MadeImage, 'engine' | 'imageId' | 'name'>): string {
    return join(this.folder, `${engine}-${hexOf(imageId ?? digestOf(name))}.json`);
  }
}

async function readRecord(file: string): Promise<RecordedImage | undefined> {
  // Another process may have forgotten the image meanwhile.
  const [text, stats] = await Promise.all([
    readFile(file, 'utf8').catch(ifMissing<undefined>(undefined)),
    stat(file).catch(ifMissing<undefined>(undefined)),
  ]);
  if (text === undefined || stats === undefined) return undefined;
  const { data } = matchSchema(recordSchema, parseJson(text));
  if (data === undefined) return undefined;
  const { project, engine, imageId, name } = data;
  return { project, engine, name, ...(imageId !== undefined && { imageId }), madeAtMs: stats.mtimeMs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ifMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
