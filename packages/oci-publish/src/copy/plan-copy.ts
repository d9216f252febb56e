import { formatReference, OciError, shortDigest } from '@nx-oci/model';

import { describeDestination, type Destination } from '../publish/destination/destination';
import { observe } from '../publish/plan/observe';
import { planTag, type TagPlan } from '../publish/plan/plan-tag';
import { type CopyContext } from './source/copy-context';
import { type CopyTarget, type TagProtection } from './job/copy-job';
import { looksLikeVersion } from './looks-like-version';
import { type ReadSource } from './source/read-source';

/** What will happen at one target. */
export interface PlannedTarget {
  readonly destination: Destination;
  readonly tags: readonly TagPlan[];
  /** The root manifest already exists, and with it everything it names. */
  readonly hasContent: boolean;
  /** Only tags (and a narrowed index) are new here. */
  readonly isOwnRepository: boolean;
}

/** One source with what will happen at each of its targets. */
export interface CopyPlan {
  readonly source: ReadSource;
  readonly targets: readonly PlannedTarget[];
}

/** A target, opened to be written to; the first token also covers the source, which blobs are mounted from. */
export function openTarget({ entry, registry, repository }: CopyTarget, source: ReadSource, { client }: CopyContext): Destination {
  const mountSources = source.repository.registry === registry ? [source.repository.repository] : [];
  return { entry, repository: client.repository({ registry, repository, access: 'push', mountSources }) };
}

export interface PlanningContext {
  readonly protection: TagProtection;
  readonly context: CopyContext;
}

/** Reads the tags of one target and decides on each. Writes nothing. */
export async function planTarget(source: ReadSource, target: CopyTarget, { protection, context }: PlanningContext): Promise<PlannedTarget> {
  const destination = openTarget(target, source, context);
  const { digest } = source.image.root.descriptor;
  const { tags: present, hasContent } = await observe(destination, target.tags, digest, { signal: context.signal });
  const { registry, repository } = source.repository;
  const isOwnRepository = registry === destination.repository.registry && repository === destination.repository.repository;
  const tags = target.tags.map((tag) => {
    const wanted = { tag, rule: tag, isFloating: !isProtected(tag, protection), scope: 'commit' } as const;
    return planTag({ wanted, present: present.get(tag), mayGuess: wanted.isFloating, digest, holdBack: undefined });
  });
  return { destination, tags, isOwnRepository, hasContent: hasContent || (isOwnRepository && source.narrowedFrom === undefined) };
}

function isProtected(tag: string, protection: TagProtection): boolean {
  return protection === 'all' || (protection === 'versions' && looksLikeVersion(tag));
}

/** @throws OciError `TAG_IMMUTABLE` with every tag that exists with another digest and is protected. */
export function refuseClobbering(plans: readonly CopyPlan[]): void {
  const lines = plans.flatMap(({ source, targets }) =>
    targets.flatMap(({ destination, tags }) =>
      tags
        .filter(({ action }) => action === 'refused')
        .map(({ tag, from, reason = '' }) => {
          const { registry, repository } = destination.repository;
          const name = formatReference({ registry, repository, tag });
          if (from === undefined) return `${name} may already exist: ${reason}`;
          return `${name} is ${shortDigest(from)}, and ${source.name} is ${shortDigest(source.image.root.descriptor.digest)}`;
        }),
    ),
  );
  if (lines.length === 0) return;
  const what = lines.length === 1 ? `${lines[0] ?? ''}.` : `${lines.length} tags already point to other images:\n  ${lines.join('\n  ')}`;
  throw new OciError('TAG_IMMUTABLE', `Nothing was copied: ${what}`, {
    hint: 'Tags that look like a version never move. Copy to other tags with `tags`, or move them on purpose: `--noClobber=false`.',
  });
}

/** `host/repository`, for the user. */
export function describeTarget({ destination }: PlannedTarget): string {
  return describeDestination(destination);
}
