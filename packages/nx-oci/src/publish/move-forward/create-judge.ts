import { type Digest } from '@nx-oci/model';

import { compareCommits } from '../../git/compare-commits';
import { type OrderFacts, type UnknownTarget } from '../../tags/judge-order';
import { readPublishedImage } from '../read-published-image';
import { type Judge } from './choose-course';
import { type TagStore } from './floating-tag';

export interface JudgeOptions {
  readonly workspaceRoot: string;
  readonly unknownTarget?: UnknownTarget;
  readonly signal?: AbortSignal;
}

/** A judge that asks git for the order of commits, and an image for what it says of itself: each image once. */
export function createJudge({ workspaceRoot, unknownTarget = 'move', signal }: JudgeOptions): Judge {
  const asked = new WeakMap<TagStore, Map<Digest, Promise<OrderFacts>>>();
  return {
    unknownTarget,
    signal,
    compareCommits: (ours, theirs) => compareCommits(workspaceRoot, ours, theirs),
    factsOf: (store, digest) => {
      const known = asked.get(store) ?? new Map<Digest, Promise<OrderFacts>>();
      asked.set(store, known);
      const facts = known.get(digest) ?? readOrderFacts(store, digest, signal);
      known.set(digest, facts);
      return facts;
    },
  };
}

async function readOrderFacts(store: TagStore, digest: Digest, signal?: AbortSignal): Promise<OrderFacts> {
  const { version, revision, created } = (await readPublishedImage(store, digest, signal))?.facts ?? {};
  return { version, revision, created };
}
