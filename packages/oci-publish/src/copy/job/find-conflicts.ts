import { formatReference } from '@nx-oci/model';

import { type CopyJob } from './copy-job';

/** A line for each target tag that two different sources share. */
export function findConflicts(jobs: readonly CopyJob[]): readonly string[] {
  const wanted = new Map<string, Set<string>>();
  for (const { source, targets } of jobs) {
    for (const { registry, repository, tags } of targets) {
      for (const tag of tags) {
        const name = formatReference({ registry, repository, tag });
        wanted.set(name, (wanted.get(name) ?? new Set()).add(formatReference(source)));
      }
    }
  }
  return [...wanted]
    .filter(([, sources]) => sources.size > 1)
    .map(
      ([name, sources]) =>
        `${name} is the target of ${[...sources].join(' and ')} → give them different names with \`to\`, \`image\` or \`tags\``,
    );
}
