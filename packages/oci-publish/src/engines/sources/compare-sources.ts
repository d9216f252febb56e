import { findIgnoredRoots } from '../../git/ignored-roots';
import { isWithin } from './is-within';
import { snapshotSources, type SnapshotContext } from './snapshot-source';
import { type TrackedSource } from './tracked-source';
import { type FoundSources, type SourceSnapshot, type SourcesRecord } from './sources-record';

/** The first source that changed since an image was built. */
export interface SourceChange {
  /** A path from the workspace root, or the name of a variable. */
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
  readonly look: TrackedSource;
}

/** The comparison of an image with its sources. What is not on this machine cannot be compared. */
export interface SourcesComparison {
  readonly change?: SourceChange;
  /** Paths and variables that are missing here, as on a machine that got the image from a cache. */
  readonly absent: readonly string[];
}

/**
 * Compares everything that went into an image. Content decides: files of another checkout or a cache are equal. A folder that git
 * ignores completely may be missing on one side: it was never copied here, or is not part of the image.
 */
export async function compareSources({ looked }: SourcesRecord, context: SnapshotContext): Promise<SourcesComparison> {
  const now = await snapshotSources(
    looked.map(({ look }) => look),
    context,
  );
  const compared = await Promise.all(looked.map((source, index) => compareSource(source, now[index], context)));
  const change = compared.map((one) => one.change).find((one) => one !== undefined);
  return { ...(change && { change }), absent: compared.flatMap((one) => one.absent) };
}

async function compareSource(
  { look, found }: SourceSnapshot,
  now: FoundSources | undefined,
  context: SnapshotContext,
): Promise<SourcesComparison> {
  const names = Object.keys(found).length === 0 ? [] : [nameOf(look)];
  // Dockerfile and ignore file belong to the checkout; anything else may exist only where the image was built.
  if (now === undefined && look.kind !== 'file') return { absent: names };
  const { path, isAnyElsewhere } = await findFirst(found, now ?? {}, { workspaceRoot: context.workspaceRoot });
  const absent = isAnyElsewhere ? names : [];
  if (path === undefined) return { absent };
  const how = found[path] === undefined ? 'added' : now?.[path] === undefined ? 'removed' : 'changed';
  return { change: { path, look, how }, absent };
}

function nameOf(look: TrackedSource): string {
  if (look.kind === 'layer') return look.from;
  return look.kind === 'variable' ? look.name : look.path;
}

interface First {
  readonly path?: string;
  /** Whether a part of the image was not compared. */
  readonly isAnyElsewhere: boolean;
}

async function findFirst(
  found: FoundSources,
  now: FoundSources,
  { workspaceRoot }: Pick<SnapshotContext, 'workspaceRoot'>,
): Promise<First> {
  const paths = [...new Set([...Object.keys(found), ...Object.keys(now)])].filter((path) => found[path] !== now[path]).sort();
  const roots = await findIgnoredRoots(
    workspaceRoot,
    paths.filter((path) => found[path] === undefined || now[path] === undefined),
  );
  const isPassedOver = (path: string): boolean => {
    const root = roots.get(path);
    return root !== undefined && !hasAnyWithin(found[path] === undefined ? found : now, root);
  };
  const passedOver = new Set(paths.filter(isPassedOver));
  const path = paths.find((one) => !passedOver.has(one));
  return { ...(path !== undefined && { path }), isAnyElsewhere: [...passedOver].some((one) => found[one] !== undefined) };
}

function hasAnyWithin(found: FoundSources, root: string): boolean {
  return Object.keys(found).some((path) => isWithin(path, root));
}
