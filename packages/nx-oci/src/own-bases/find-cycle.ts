import { OciError } from '@nx-oci/model';

import { type OwnBase } from './find-own-bases';

/** The way from a project over its bases to another one, or back to itself, in one step at least. Pure. */
export function findPath(bases: readonly OwnBase[], from: string, to: string): readonly OwnBase[] | undefined {
  const visited = new Set<string>();
  const search = (project: string): readonly OwnBase[] | undefined => {
    visited.add(project);
    for (const step of bases.filter((base) => base.project === project)) {
      if (step.base === to) return [step];
      const rest = visited.has(step.base) ? undefined : search(step.base);
      if (rest !== undefined) return [step, ...rest];
    }
    return undefined;
  };
  return search(from);
}

/** Names each step: `api → web → api`, with the line that makes it. */
export function cycleError(cycle: readonly OwnBase[]): OciError {
  const [first] = cycle;
  const project = first?.project ?? '';
  const path = [project, ...cycle.map(({ base }) => base)].join(' → ');
  const steps = cycle.map((step) => `  ${step.project}: ${step.where} names ${step.reference}, the image of ${step.base}`);
  return new OciError('OPTIONS_INVALID', [`Cannot build the image of ${project}: it is based on itself: ${path}.`, ...steps].join('\n'), {
    hint: 'Remove one of these lines, or let it name a published image by its digest or version.',
  });
}
