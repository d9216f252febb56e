import { type Changes } from '../git/changes-since';
import { describeDestination } from '../publish/destination';
import { findCauses, type FileOwners } from './find-causes';
import { type Published } from './find-published';
import { type PublishedIn, type Reason } from './image-status';
import { type WatchedFiles } from './watch-files';

export interface JudgeTools {
  readonly watched: WatchedFiles;
  readonly owners: FileOwners;
  readonly changesSince: (revision: string) => Promise<Changes>;
  readonly movedBase: (facts: NonNullable<Published['compared']>['facts']) => Promise<Reason | undefined>;
}

/** Why an image is to be published, over all its registries; nothing where each has what this commit would make. */
export async function findReasons(published: readonly Published[], tools: JudgeTools): Promise<readonly Reason[]> {
  const missing = published.filter(({ compared, hasOthers }) => compared === undefined && !hasOthers);
  const versions = new Set(published.flatMap(({ missingVersions }) => missingVersions));
  const byRegistry = await Promise.all(published.map((one) => reasonsIn(one, tools)));
  const unique = new Map(byRegistry.flat().map((reason) => [JSON.stringify(reason), reason]));
  return [
    ...(missing.length === 0 ? [] : [{ kind: 'missing', registries: missing.map(nameOf) } as const]),
    ...(versions.size === 0 ? [] : [{ kind: 'release', tags: [...versions] } as const]),
    ...unique.values(),
  ];
}

export function describePublished({ destination, compared }: Published): PublishedIn {
  const { revision } = compared?.facts ?? {};
  return {
    registry: destination.entry.name,
    place: describeDestination(destination),
    ...(compared && { tag: compared.tag }),
    ...(revision !== undefined && { revision }),
  };
}

function nameOf({ destination }: Published): string {
  return destination.entry.name;
}

async function reasonsIn({ compared, hasOthers }: Published, tools: JudgeTools): Promise<readonly Reason[]> {
  if (compared === undefined)
    return hasOthers ? [unknown('none of its tags is there, and no commit before this one has a name there')] : [];
  const { revision, isDirty } = compared.facts;
  if (revision === undefined) return [unknown(`the image under ${compared.tag} does not say which commit it is of`)];
  if (isDirty) return [unknown(`the image under ${compared.tag} was built from uncommitted changes`)];
  const [changes, base] = await Promise.all([tools.changesSince(revision), tools.movedBase(compared.facts)]);
  const causes = changes.kind === 'known' ? findCauses(changes.files, tools.watched, tools.owners) : [unknown(changes.reason)];
  return base === undefined ? causes : [...causes, base];
}

function unknown(why: string): Reason {
  return { kind: 'unknown', why };
}
