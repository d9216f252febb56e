import { formatPlatform, formatReference } from '@nx-oci/model';

import { type CopyJob } from './copy-job';

/** A line for each target tag that two different sources share: two images, or different platforms of one. */
export function findConflicts(jobs: readonly CopyJob[]): readonly string[] {
  const wanted = new Map<string, Set<string>>();
  for (const job of jobs) {
    for (const { registry, repository, tags } of job.targets) {
      for (const tag of tags) {
        const name = formatReference({ registry, repository, tag });
        wanted.set(name, (wanted.get(name) ?? new Set()).add(describeSource(job)));
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

/** What is copied, once for each image and choice of platforms. */
export function describeSource({ source, platforms }: Pick<CopyJob, 'source' | 'platforms'>): string {
  const names = [...new Set(platforms.map(formatPlatform))].sort();
  return formatReference(source) + (names.length === 0 ? '' : ` (${names.join(', ')})`);
}
