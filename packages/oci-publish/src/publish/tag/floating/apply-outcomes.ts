import { type ImageReport, type RegistryReport } from '../../image-report';
import { type TagReport } from '../../../report/report-schema';
import { type MoveOutcome } from './move-outcome';

/** The report of what was planned, once it is known where the floating tags ended. Pure. */
export function applyOutcomes(report: ImageReport, outcomes: readonly MoveOutcome[]): ImageReport {
  const registries = report.registries.map((registry) => ({
    ...registry,
    tags: registry.tags.map((tag) => applyTo(tag, registry, outcomes)),
  }));
  return { ...report, registries };
}

function applyTo(report: TagReport, { host, repository }: RegistryReport, outcomes: readonly MoveOutcome[]): TagReport {
  const outcome = outcomes.find(({ place, tag }) => place === `${host}/${repository}` && tag === report.tag);
  if (outcome === undefined) return report;
  const { kind, reason = report.reason } = outcome;
  return kind === 'held' ? { ...report, action: 'held', to: undefined, reason } : { ...report, reason };
}
