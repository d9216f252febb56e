import { type ImageStatus, type WorkspacePlan } from './plan-schema';

/** Summarizes what to publish. Pure. */
export function makePlan(commit: string, statuses: readonly ImageStatus[], { onlyMovedBases = false } = {}): WorkspacePlan {
  const images = [...statuses].sort((a, b) => compare(a.project, b.project) || compare(a.target, b.target));
  const wanted = images.filter(({ outcome }) => outcome === 'publish');
  return {
    schemaVersion: 1,
    ...(onlyMovedBases && { onlyMovedBases }),
    commit,
    hasImages: wanted.length > 0,
    projects: [...new Set(wanted.map(({ project }) => project))].join(','),
    matrix: { include: wanted.map(({ project, target }) => ({ project, target })) },
    images,
  };
}

/** The same order on every machine, in any language. */
function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
