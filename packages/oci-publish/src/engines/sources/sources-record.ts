import { isDigest, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { digestBuild } from '../names/digest-build';
import { trackedSourceSchema, type TrackedSource } from './tracked-source';

/**
 * The content of a snapshot, by path from the workspace root: permission bits and digest of a file, `-> target` for a link,
 * `folder`. The digest of a variable, and `there` for a secret.
 */
export type FoundSources = Readonly<Record<string, string>>;

export interface SourceSnapshot {
  readonly look: TrackedSource;
  readonly found: FoundSources;
}

/** Everything on this machine that went into an image, for a publish to compare. Part of `image.json`. */
export interface SourcesRecord {
  /** Digest of everything below. */
  readonly digest: Digest;
  readonly looked: readonly SourceSnapshot[];
}

/** Thousands of files need not be validated one by one: only their equality matters. */
const foundSchema = z.custom<FoundSources>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const sourcesSchema = z.object({
  digest: z.custom<Digest>(isDigest, 'not a digest'),
  looked: z.array(z.object({ look: trackedSourceSchema, found: foundSchema })),
}) satisfies z.ZodType<SourcesRecord>;

/** The record of a snapshot; equal for equal sources on every machine. Pure. */
export function makeSourcesRecord(looked: readonly SourceSnapshot[]): SourcesRecord {
  const sorted = looked.map(({ look, found }) => ({ look, found: Object.fromEntries(Object.entries(found).sort(byPath)) }));
  return { digest: digestBuild(sorted), looked: sorted };
}

function byPath([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : Number(one > other);
}
