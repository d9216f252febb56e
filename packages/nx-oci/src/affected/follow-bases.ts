import { type OwnBase } from '../own-bases/find-own-bases';
import { type ImageStatus, type Reason } from './plan-schema';

/**
 * Adds the images on images of the workspace whose own base moved: they change with these, though no file did. Changed files need
 * no such step, since those of a base are inputs of what is built on it. Pure.
 */
export function followBases(statuses: readonly ImageStatus[], bases: readonly OwnBase[]): readonly ImageStatus[] {
  const moved = new Set(statuses.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'base')).map(({ project }) => project));
  const followers = new Map<string, readonly string[]>();
  const follow = (base: string, origin: string): void => {
    for (const { project } of bases.filter((one) => one.base === base)) {
      const known = followers.get(project) ?? [];
      if (known.includes(origin)) continue;
      followers.set(project, [...known, origin].sort());
      follow(project, origin);
    }
  };
  for (const project of moved) follow(project, project);
  return statuses.map((status) => {
    const origins = followers.get(status.project) ?? [];
    if (origins.length === 0 || (status.outcome !== 'publish' && status.outcome !== 'upToDate')) return status;
    return { ...status, outcome: 'publish', reasons: withDependencies(status.reasons, origins) };
  });
}

function withDependencies(reasons: readonly Reason[], projects: readonly string[]): Reason[] {
  const known = reasons.flatMap((reason) => (reason.kind === 'dependency' ? reason.projects : []));
  const all = [...new Set([...known, ...projects])].sort();
  return [...reasons.filter(({ kind }) => kind !== 'dependency'), { kind: 'dependency', projects: all }];
}
