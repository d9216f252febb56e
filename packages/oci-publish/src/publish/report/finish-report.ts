import { type ImageReport, type Outcome, type RegistryReport, type TagReport } from '../../report/report-schema';
import { type MoveOutcome } from '../tag/floating/move-outcome';

export interface TaggingFacts {
  readonly nowMs: number;
  readonly tagMs: number;
  /** Where the guarded floating tags ended. */
  readonly outcomes: readonly MoveOutcome[];
  /** By name of the registry: why its tags could not be set. */
  readonly failures: ReadonlyMap<string, string>;
}

/** The report of an image once its tags are set, wherever they could be. It has failed where one of its registries did. Pure. */
export function finishReport(report: ImageReport, { nowMs, tagMs, outcomes, failures }: TaggingFacts): ImageReport {
  const registries = report.registries.map((planned): RegistryReport => {
    const registry = { ...planned, tags: planned.tags.map((tag) => applyOutcome(tag, planned, outcomes)) };
    const reason = failures.get(registry.registry);
    if (reason !== undefined) return { ...registry, outcome: 'failed', reason };
    return registry.outcome === 'failed' ? registry : { ...registry, outcome: outcomeOfTags(registry.tags) };
  });
  const failed = registries.filter(({ outcome }) => outcome === 'failed');
  const reason = failed.map(({ host, repository, reason: why = '' }) => `${host}/${repository}: ${why}`).join('\n');
  return {
    ...report,
    outcome: failed.length > 0 ? 'failed' : outcomeOfTags(registries.flatMap(({ tags }) => tags)),
    ...(failed.length > 0 && { reason }),
    registries,
    durationMs: nowMs - Date.parse(report.startedAt),
    timings: { ...report.timings, tag: tagMs },
  };
}

/** What tags are together, once they are set. */
function outcomeOfTags(tags: readonly TagReport[]): Outcome {
  if (tags.some(({ action }) => action === 'create' || action === 'move')) return 'published';
  return tags.some(({ action }) => action === 'held') ? 'held' : 'upToDate';
}

/** A tag that was planned, once it is known where it ended. */
function applyOutcome(report: TagReport, { host, repository }: RegistryReport, outcomes: readonly MoveOutcome[]): TagReport {
  const outcome = outcomes.find(({ place, tag }) => place === `${host}/${repository}` && tag === report.tag);
  if (outcome === undefined) return report;
  const { kind, reason = report.reason } = outcome;
  return kind === 'held' ? { ...report, action: 'held', to: undefined, reason } : { ...report, reason };
}
