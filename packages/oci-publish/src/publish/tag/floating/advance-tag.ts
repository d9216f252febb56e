import { isOciError, OciError, type EncodedManifest, type Lookup } from '@nx-oci/model';

import { decideMove, type MoveDecision, type HigherVersion, type OrderResolver } from './decide-move';
import { type Clock } from './clock';
import { type FloatingTag } from './floating-tag';
import { isFound, TAG_UNKNOWN } from '../../destination/unknown-tags';

/** A reading of a tag. */
export interface TagReading {
  readonly there: Lookup;
  /** When the request was sent, which is the maximum age of the answer. */
  readonly atMs: number;
}

export interface MoveContext extends OrderResolver {
  readonly clock: Clock;
  /** How long after its read a write may take effect; 0: nothing else writes. */
  readonly settleMs: number;
}

/** The progress of a floating tag. */
export interface Progress {
  readonly floating: FloatingTag;
  /** The reading for the next step, if it was done beforehand. */
  readonly look?: TagReading;
  readonly hasWritten: boolean;
  /** The decision of the last step. */
  readonly decision: MoveDecision;
  readonly warning?: string;
}

export interface Step {
  readonly progress: Progress;
  readonly wrote: boolean;
}

export async function readTag({ store, tag }: FloatingTag, { clock, signal }: MoveContext): Promise<TagReading> {
  const atMs = clock.now();
  return { atMs, there: await store.resolve(tag, { signal }) };
}

// A registry may throttle us: then the tag is read again, with more time for the next attempt. The last
// attempt has no limit, and warns if it took too long.
const WINDOWS = [1, 2, Infinity];

/**
 * One step of a floating tag: reads it, decides, and immediately writes, only forward.
 *
 * A write ends within the settle time after the read. If it takes longer, it is aborted, and the step starts again.
 */
export async function advanceTag(progress: Progress, context: MoveContext): Promise<Step> {
  const { floating, hasWritten } = progress;
  let { look } = progress;
  for (const factor of WINDOWS) {
    const windowMs = context.settleMs === 0 ? Infinity : factor * context.settleMs;
    const isFresh = (): boolean => look !== undefined && context.clock.now() - look.atMs <= windowMs / 2;
    if (look === undefined || !isFresh()) look = await readTag(floating, context);
    const decision = await choose(floating, look, hasWritten, context);
    if (decision.kind !== 'move') return { progress: { ...progress, look: undefined, decision }, wrote: false };
    const manifest = decision.to === undefined ? floating.manifest : await fetchHigher(floating, decision.to, context);
    if (isFresh() && (await writeWithin(windowMs, { floating, manifest }, look, context))) {
      return { progress: { ...progress, look: undefined, decision, hasWritten: true, ...warningOf(decision, look, context) }, wrote: true };
    }
    look = undefined;
  }
  throw new Error('the last window has no end');
}

async function choose(floating: FloatingTag, { there }: TagReading, hasWritten: boolean, context: MoveContext): Promise<MoveDecision> {
  // For a tag that cannot be read, our own write is all that is known.
  if (hasWritten && !isFound(there)) return { kind: 'stay' };
  if (there === 'unknown') return { kind: 'hold', reason: TAG_UNKNOWN };
  const { store, guard, manifest } = floating;
  const decision = await decideMove({ store, guard, there, digest: manifest.descriptor.digest, hasWritten }, context);
  // Otherwise two builds of one commit would move the tag back and forth for ever.
  return hasWritten && decision.kind === 'move' && decision.isEqual ? { kind: 'stay' } : decision;
}

async function fetchHigher(
  { store, repository }: FloatingTag,
  { tag, digest }: HigherVersion,
  { signal }: MoveContext,
): Promise<EncodedManifest> {
  const manifest = await store.fetchManifest(digest, { signal });
  if (manifest !== undefined) return manifest;
  throw new OciError('NOT_FOUND', `Cannot read ${repository}:${tag}: the registry lists it, but does not have it.`, {
    hint: 'Publish that version again, or remove its tag.',
  });
}

interface Write {
  readonly floating: FloatingTag;
  readonly manifest: EncodedManifest;
}

/** @returns whether it was written; `false` when the time since the reading was over before. */
async function writeWithin(windowMs: number, { floating, manifest }: Write, look: TagReading, context: MoveContext): Promise<boolean> {
  const { clock, signal } = context;
  const deadline = windowMs === Infinity ? undefined : clock.deadline(Math.max(1, windowMs - (clock.now() - look.atMs)));
  const signals = [signal, deadline].filter((one) => one !== undefined);
  try {
    await floating.store.tag(manifest, floating.tag, { signal: signals.length === 0 ? undefined : AbortSignal.any(signals) });
    return true;
  } catch (error) {
    if (deadline?.aborted === true && signal?.aborted !== true && isOciError(error, 'ABORTED')) return false;
    throw error;
  }
}

function warningOf(
  decision: MoveDecision & { readonly kind: 'move' },
  { atMs }: TagReading,
  { clock, settleMs }: MoveContext,
): { warning?: string } {
  const tookMs = Math.round(clock.now() - atMs);
  if (settleMs > 0 && tookMs > settleMs) {
    return { warning: `setting it took ${tookMs} ms, longer than \`settleMs\`: it may have overwritten the tag of a concurrent run` };
  }
  return decision.warning === undefined ? {} : { warning: decision.warning };
}
