import { nearestName } from '@nx-oci/model';
import { type TargetConfiguration } from '@nx/devkit';
import { suggestName } from '@nx-oci/publish';

import { PUBLISH_EXECUTOR } from '../nx/executor-names';

/** The target with the options for publishing a project's image. */
export type FoundTarget =
  | { readonly kind: 'found'; readonly name: string; readonly target: TargetConfiguration }
  /** The project has no image. */
  | { readonly kind: 'none'; readonly reason: string }
  /** The project is misconfigured. */
  | { readonly kind: 'unclear'; readonly problem: string };

/**
 * Finds the one target of a project that publishes its image. Pure.
 *
 * @param chosen the option `publishTarget`, which is needed only if a project has several
 */
export function findPublishTarget(targets: Readonly<Record<string, TargetConfiguration>>, chosen: string | undefined): FoundTarget {
  const publishing = Object.entries(targets).filter(([, { executor }]) => executor === PUBLISH_EXECUTOR);
  const names = publishing.map(([name]) => name);
  if (chosen !== undefined && !names.includes(chosen)) {
    return {
      kind: 'unclear',
      problem: `\`publishTarget: ${chosen}\` is not a target with the executor ${PUBLISH_EXECUTOR}: ${suggestName(nearestName(chosen, names), names)}`,
    };
  }
  const candidates = chosen === undefined ? publishing : publishing.filter(([name]) => name === chosen);
  const [first, ...others] = candidates;
  if (first === undefined) return { kind: 'none', reason: `it has no image: none of its targets uses ${PUBLISH_EXECUTOR}` };
  if (others.length > 0) {
    return {
      kind: 'unclear',
      problem: `several targets use ${PUBLISH_EXECUTOR} (${names.join(', ')}): choose one with the option \`publishTarget\`.`,
    };
  }
  return { kind: 'found', name: first[0], target: first[1] };
}
