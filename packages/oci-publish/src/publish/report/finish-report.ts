import { type ImageReport, type Outcome, type RegistryReport, type TagReport } from '../../report/report-schema';
import { type MoveOutcome } from '../tag/floating/move-outcome';

export interface TaggingFacts {
  readonly nowMs: number;
  readonly tagMs: number;
  /** The final state of the guarded floating tags. */
  readonly outcomes: readonly MoveOutcome[];
  /** By name of the registry: why its tags could not be set. */
  readonly failures: ReadonlyMap<string, string>;
}

/** The report of an image after setting tags. It has failed if one of its registries has. Pure. */
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

/** The combined state of tags after setting them. */
function outcomeOfTags(tags: readonly TagReport[]): Outcome {
  if (tags.some(({ action }) => action === 'create' || action === 'move')) return 'published';
  return tags.some(({ action }) => action === 'held') ? 'held' : 'upToDate';
}

/** A planned tag with its final state. */
function applyOutcome(report: TagReport, { host, repository }: RegistryReport, outcomes: readonly MoveOutcome[]): TagReport {
  const outcome = outcomes.find((one) => one.repository === `${host}/${repository}` && one.tag === report.tag);
  if (outcome === undefined) return report;
  const { kind, reason = report.reason } = outcome;
  return kind === 'held' ? { ...report, action: 'held', to: undefined, reason } : { ...report, reason };
}
