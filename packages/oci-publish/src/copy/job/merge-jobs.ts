import { type CopyJob, type CopyTarget } from './copy-job';
import { describeSource } from './find-conflicts';

/** Each source once, and each of its targets once, with all of their tags: an image that is named twice is copied once. */
export function mergeJobs(jobs: readonly CopyJob[]): readonly CopyJob[] {
  const merged = new Map<string, CopyJob>();
  for (const job of jobs) {
    const key = describeSource(job);
    merged.set(key, { ...job, targets: mergeTargets([...(merged.get(key)?.targets ?? []), ...job.targets]) });
  }
  return [...merged.values()];
}

function mergeTargets(targets: readonly CopyTarget[]): readonly CopyTarget[] {
  const merged = new Map<string, CopyTarget>();
  for (const target of targets) {
    // Of two entries for one repository, each has its own settings.
    const key = `${target.entry.name} ${target.registry}/${target.repository}`;
    const first = merged.get(key) ?? target;
    merged.set(key, { ...first, tags: [...new Set([...first.tags, ...target.tags])] });
  }
  return [...merged.values()];
}
