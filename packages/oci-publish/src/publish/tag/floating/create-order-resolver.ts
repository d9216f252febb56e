import { type Digest } from '@nx-oci/model';

import { compareCommits } from '../../../git/compare-commits';
import { type UnknownTarget } from '../../../tags/compare-images';
import { readPublishedImage } from '../../image/read-published-image';
import { type OrderResolver } from './decide-move';
import { type TagStore, type TargetFacts } from './floating-tag';

export interface OrderResolverOptions {
  readonly workspaceRoot: string;
  readonly unknownTarget?: UnknownTarget;
  readonly signal?: AbortSignal;
}

/** A resolver that reads the order of commits from git and the facts of images from the registry, each image once. */
export function createOrderResolver({ workspaceRoot, unknownTarget = 'move', signal }: OrderResolverOptions): OrderResolver {
  const asked = new WeakMap<TagStore, Map<Digest, Promise<TargetFacts>>>();
  return {
    unknownTarget,
    signal,
    compareCommits: (ours, theirs) => compareCommits(workspaceRoot, ours, theirs),
    factsOf: (store, digest) => {
      const known = asked.get(store) ?? new Map<Digest, Promise<TargetFacts>>();
      asked.set(store, known);
      const facts = known.get(digest) ?? readTargetFacts(store, digest, signal);
      known.set(digest, facts);
      return facts;
    },
  };
}

async function readTargetFacts(store: TagStore, digest: Digest, signal?: AbortSignal): Promise<TargetFacts> {
  const image = await readPublishedImage(store, digest, { signal, withPlatforms: true });
  const { version, revision, created, baseUpdates, content, platforms } = image?.facts ?? {};
  return { version, revision, created, baseUpdates, content, platforms };
}
