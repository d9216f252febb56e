import { formatReference, OciError, shortDigest } from '@nx-oci/model';

import { type Destination } from '../publish/destination/destination';
import { openDestination, type MountableContents } from '../publish/image/open-destination';
import { observe } from '../publish/plan/observe';
import { planTag, type TagPlan } from '../publish/plan/plan-tag';
import { type CopyTarget, type TagProtection } from './job/copy-job';
import { looksLikeVersion } from './looks-like-version';
import { type CopyContext } from './source/copy-context';
import { type SourceImage } from './source/read-image';
import { type ReadSource } from './source/read-source';

/** A source and one of its targets. */
export interface WantedCopy {
  readonly source: ReadSource;
  readonly target: CopyTarget;
}

/** What will happen to a source at one of its targets. */
export interface CopyPlan {
  readonly source: ReadSource;
  readonly destination: Destination;
  readonly tags: readonly TagPlan[];
  /** The root manifest already exists, and with it everything it names. */
  readonly hasContent: boolean;
  /** The target is the repository of the source: only tags (and a narrowed index) are new there. */
  readonly isOwnRepository: boolean;
}

/** Reads the tags of one target and decides on each. Writes nothing. */
export async function planCopy({ source, target }: WantedCopy, protection: TagProtection, context: CopyContext): Promise<CopyPlan> {
  const destination = openDestination(target, contentsOf(source, source.image), context);
  const { digest } = source.image.root.descriptor;
  const { tags: present, hasContent } = await observe(destination, target.tags, digest, { signal: context.signal });
  const { registry, repository } = source.repository;
  const isOwnRepository = registry === destination.repository.registry && repository === destination.repository.repository;
  const tags = target.tags.map((tag) => {
    const wanted = { tag, rule: tag, isFloating: !isProtected(tag, protection), scope: 'commit' } as const;
    return planTag({ wanted, present: present.get(tag), mayGuess: wanted.isFloating, digest, holdBack: undefined });
  });
  return { source, destination, tags, isOwnRepository, hasContent: hasContent || (isOwnRepository && source.narrowedFrom === undefined) };
}

/** The blobs of a source, or of what refers to it: within their registry they are mounted. */
export function contentsOf(
  { repository: { registry, repository } }: ReadSource,
  { blobs }: SourceImage,
): Required<Pick<MountableContents, 'contents' | 'mountSource'>> {
  return { contents: blobs, mountSource: { registry, repository, layers: blobs } };
}

function isProtected(tag: string, protection: TagProtection): boolean {
  return protection === 'all' || (protection === 'versions' && looksLikeVersion(tag));
}

/** The plans as they are. @throws OciError `TAG_IMMUTABLE` with every tag that exists with another digest and is protected. */
export function refuseClobbering(plans: readonly CopyPlan[]): readonly CopyPlan[] {
  const lines = plans.flatMap(({ source, destination, tags }) =>
    tags
      .filter(({ action }) => action === 'refused')
      .map(({ tag, from, reason = '' }) => {
        const { registry, repository } = destination.repository;
        const name = formatReference({ registry, repository, tag });
        if (from === undefined) return `${name} may already exist: ${reason}`;
        return `${name} is ${shortDigest(from)}, and ${source.name} is ${shortDigest(source.image.root.descriptor.digest)}`;
      }),
  );
  if (lines.length === 0) return plans;
  const what = lines.length === 1 ? `${lines[0] ?? ''}.` : `${lines.length} tags already point to other images:\n  ${lines.join('\n  ')}`;
  throw new OciError('TAG_IMMUTABLE', `Nothing was copied: ${what}`, {
    hint: 'Tags that look like a version never move. Copy to other tags with `tags`, or move them on purpose: `--noClobber=false`.',
  });
}

/** The copies of each source, in the order of the sources. */
export function groupBySource<Copy extends Pick<CopyPlan, 'source'>>(
  copies: readonly Copy[],
): readonly { readonly source: ReadSource; readonly copies: readonly Copy[] }[] {
  const sources = [...new Set(copies.map(({ source }) => source))];
  return sources.map((source) => ({ source, copies: copies.filter((copy) => copy.source === source) }));
}
