import { describeDestination, type Sides } from '@nx-oci/publish';

import { findCauses } from './find-causes';
import { type Compared, type Published } from './find-published';
import { type PublishedIn, type Reason } from './plan-schema';
import { type SortedFiles } from '../image-inputs/sort-files';
import { type WatchedFiles } from '../image-inputs/watch-files';

/** What changed since a commit, or why that is unknown. */
export type SortedChanges = { readonly files: SortedFiles } | { readonly reason: string };

export interface ReasonContext {
  readonly watched: WatchedFiles;
  readonly changesSince: (revision: string, sides: Sides) => Promise<SortedChanges>;
}

/** Why to publish an image, over all its registries, apart from its base; empty if each has the image of this commit. */
export async function findReasons(published: readonly Published[], tools: ReasonContext): Promise<readonly Reason[]> {
  const missing = published.filter(({ hasTags }) => !hasTags);
  const tags = new Set(published.filter(({ hasTags }) => hasTags).flatMap(({ missingTags }) => missingTags));
  const byRegistry = await Promise.all(published.map((one) => reasonsIn(one, tools)));
  const unique = new Map(byRegistry.flat().map((reason) => [JSON.stringify(reason), reason]));
  return [
    ...(missing.length === 0 ? [] : [{ kind: 'missing', registries: missing.map(nameOf) } as const]),
    ...(tags.size === 0 ? [] : [{ kind: 'tags', tags: [...tags] } as const]),
    ...unique.values(),
  ];
}

/**
 * For the user: if tags point at several images, one represents all of them.
 *
 * @param sizeBytes of the image that would be published, if known.
 */
export function describePublished({ destination, compared: [first] }: Published, sizeBytes: number | undefined): PublishedIn {
  const revision = first?.facts.revision;
  const before = first?.sizeBytes;
  return {
    registry: destination.entry.name,
    place: describeDestination(destination),
    ...(first && { tag: first.tag }),
    ...(revision !== undefined && { revision }),
    ...(before !== undefined && { sizeBytes: before }),
    ...(before !== undefined && sizeBytes !== undefined && { growthBytes: sizeBytes - before }),
  };
}

function nameOf({ destination }: Published): string {
  return destination.entry.name;
}

async function reasonsIn({ compared, hasTags }: Published, tools: ReasonContext): Promise<readonly Reason[]> {
  if (compared.length > 0) return (await Promise.all(compared.map((one) => reasonsToReplace(one, tools)))).flat();
  return hasTags ? [unknown('none of its tags is in this registry, and no tag there names an earlier commit')] : [];
}

async function reasonsToReplace({ tag, facts, sides }: Compared, tools: ReasonContext): Promise<readonly Reason[]> {
  const { revision, isDirty } = facts;
  if (revision === undefined) return [unknown(`the image tagged ${tag} does not record its commit`)];
  if (isDirty) return [unknown(`the image tagged ${tag} was built from uncommitted changes`)];
  const changes = await tools.changesSince(revision, sides);
  return 'files' in changes ? findCauses(changes.files, tools.watched) : [unknown(changes.reason)];
}

function unknown(why: string): Reason {
  return { kind: 'unknown', why };
}
