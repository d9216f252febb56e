import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { digestOf, hexOf, readTextFile } from '@nx-oci/model';
import { z } from 'zod';

import { ownVersion } from '../connection/own-version';
import { digestBuild } from '../engines/names/digest-build';
import { matchSchema } from '../text/match-schema';
import { replaceFile } from '../text/replace-file';
import { type OpenedImage } from './image/open-built-image';
import { type NormalizedTestOptions } from './options';

/** What an earlier test on this machine has proven about an image. */
export interface Proof {
  /** Whether it was started, and passed. */
  readonly isRun: boolean;
  /** For the user. */
  readonly text: string;
}

const VERSION = 1;

const proofSchema = z.object({ schemaVersion: z.literal(VERSION), key: z.string(), isRun: z.boolean(), text: z.string() });

/**
 * Stores the last proof of each project, so that an unchanged image is not started again. Image, options and version of nx-oci
 * must all be the same. If something could not be checked, nothing is stored.
 */
export class Proofs {
  /** @param folder absolute; created if missing */
  constructor(private readonly folder: string) {}

  async recall(image: OpenedImage, options: NormalizedTestOptions): Promise<Proof | undefined> {
    const text = await readTextFile(this.fileOf(image));
    const { data } = matchSchema(proofSchema, text === undefined ? undefined : parse(text));
    return data?.key === keyOf(image, options) ? data : undefined;
  }

  async keep(image: OpenedImage, options: NormalizedTestOptions, proof: Proof): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const { isRun, text } = proof;
    await replaceFile(this.fileOf(image), JSON.stringify({ schemaVersion: VERSION, key: keyOf(image, options), isRun, text }));
  }

  private fileOf({ folder, project }: OpenedImage): string {
    return join(this.folder, `${hexOf(digestOf(folder ?? `rebased ${project}`)).slice(0, 32)}.json`);
  }
}

function keyOf({ digest }: OpenedImage, options: NormalizedTestOptions): string {
  // Options that JSON leaves out are left out every time.
  return digestBuild({ digest, options, version: ownVersion() });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
