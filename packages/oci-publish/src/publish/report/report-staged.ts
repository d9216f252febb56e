import { type Digest } from '@nx-oci/model';

import { type ImageReport, type RegistryReport, type TagReport, type Timings } from '../../report/report-schema';
import { type TagRule } from '../../tags/rules/tag-rule';
import { describeError } from '../../text/describe-error';
import { isChange, type TagPlan } from '../plan/plan-tag';
import { type PreparedImage } from '../plan/prepare-image';
import { NOTHING_SENT, type StagedImage } from '../stage/stage-image';
import { rulesIn } from '../task/task-rules';

export interface ReportTimes {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Times of the completed phases. */
  readonly timings?: Timings;
}

/** The report of an image that is staged, and whose tags have not moved. Pure. */
export function reportStaged(image: StagedImage, { startedAtMs, nowMs, timings }: ReportTimes): ImageReport {
  const { prepared, digest, adoptedFrom } = image.plan;
  return {
    schemaVersion: 1,
    project: prepared.task.project,
    outcome: 'staged',
    digest,
    platforms: prepared.image.platforms.map(({ platform }) => platform),
    sizeBytes: prepared.image.sizeBytes,
    growth: reportGrowth(image.plan),
    noGrowth: reasonForNoGrowth(image.plan),
    revision: prepared.image.facts.revision,
    version: prepared.version.release,
    adoptedFrom: adoptedFrom?.entry.name,
    registries: reportRegistries(image),
    skippedRules: prepared.tags.skipped,
    versionDoubt: doubtOf(prepared),
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: nowMs - startedAtMs,
    timings,
  };
}

/** Absent if there was nothing to compare with, or its size is unknown. */
function reportGrowth({ growth }: StagedImage['plan']): ImageReport['growth'] {
  if (growth.kind !== 'known') return undefined;
  const { tag, from, beforeBytes, afterBytes, layers } = growth;
  return { tag, from, bytes: afterBytes - beforeBytes, layers: layers.map(({ sizeBytes, ...layer }) => ({ ...layer, bytes: sizeBytes })) };
}

function reasonForNoGrowth({ growth: { kind } }: StagedImage['plan']): ImageReport['noGrowth'] {
  return kind === 'new' || kind === 'unknown' ? kind : undefined;
}

/** In the requested order. */
function reportRegistries({ plan, destinations, failures }: StagedImage): readonly RegistryReport[] {
  return plan.prepared.destinations.map((destination): RegistryReport => {
    const { entry, repository } = destination;
    const planned = plan.destinations.find((one) => one.destination === destination);
    const tags = (planned?.tags ?? []).map((tag) => reportTag(tag, plan.digest));
    const contentUnchanged = planned?.isContentUnchanged === true ? true : undefined;
    const names = { registry: entry.name, host: repository.registry, repository: repository.repository, tags };
    const failure = failures.find((one) => one.destination === destination);
    if (failure !== undefined) return { ...names, outcome: 'failed', reason: describeError(failure.error) };
    const { sent, notice } = destinations.find((staged) => staged.plan === planned) ?? { sent: NOTHING_SENT, notice: undefined };
    const amounts = { sent: sent.uploaded, mounted: sent.mounted, present: sent.present };
    return { ...names, outcome: 'staged', contentUnchanged, ...amounts, notice };
  });
}

function reportTag(plan: TagPlan, digest: Digest | undefined): TagReport {
  const { tag, rule, isFloating, action, from, reason } = plan;
  const to = isChange(plan) || action === 'upToDate' ? (plan.to ?? digest) : undefined;
  return { tag, rule, isFloating, action, from, to, reason };
}

/** An ignored git tag is always reported; a shallow history only if a version line is requested. */
function doubtOf({ task, version, destinations }: PreparedImage): string | undefined {
  const isLineWanted = destinations.some(({ entry }) => rulesIn(task, entry).some(followsVersionLine));
  return version.notice ?? (isLineWanted ? version.doubt : undefined);
}

function followsVersionLine(rule: TagRule): boolean {
  return rule.kind === 'major' || rule.kind === 'minor';
}
