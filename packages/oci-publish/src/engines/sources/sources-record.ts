import { isDigest, type Digest } from '@nx-oci/model';
import { z } from 'zod';

import { digestBuild } from '../names/digest-build';
import { trackedSourceSchema, type TrackedSource } from './tracked-source';

/**
 * What a snapshot found, by its path from the workspace root: permission bits and digest of a file, `-> target` of a link,
 * `folder`. Of a variable its digest, of a secret `there`.
 */
export type FoundSources = Readonly<Record<string, string>>;

export interface SourceSnapshot {
  readonly look: TrackedSource;
  readonly found: FoundSources;
}

/** Everything on this machine that went into an image, so that a publish can compare. Part of `image.json`. */
export interface SourcesRecord {
  /** Of all that follows. */
  readonly digest: Digest;
  readonly looked: readonly SourceSnapshot[];
}

/** Thousands of files need not be checked one by one: nothing but their equality matters. */
const foundSchema = z.custom<FoundSources>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const sourcesSchema = z.object({
  digest: z.custom<Digest>(isDigest, 'not a digest'),
  looked: z.array(z.object({ look: trackedSourceSchema, found: foundSchema })),
}) satisfies z.ZodType<SourcesRecord>;

/** The record of what was found; equal for equal sources on every machine. Pure. */
export function makeSourcesRecord(looked: readonly SourceSnapshot[]): SourcesRecord {
  const sorted = looked.map(({ look, found }) => ({ look, found: Object.fromEntries(Object.entries(found).sort(byPath)) }));
  return { digest: digestBuild(sorted), looked: sorted };
}

function byPath([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : Number(one > other);
}
