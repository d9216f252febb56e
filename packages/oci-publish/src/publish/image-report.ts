import { join } from 'node:path';

import { type Digest } from '@nx-oci/model';

import { replaceFile } from '../text/replace-file';
import { outputPlaces } from '../report/output-places';
import { noteReport } from '../report/report-notes';
import { type FailureReport, type ImageReport, type RegistryReport, type TagReport, type Timings } from '../report/report-schema';
import { type TagRule } from '../tags/tag-rule';
import { describeError } from '../text/describe-error';
import { redactData } from '../secrets/redact';
import { imageSize } from './image/image-size';
import { isChange, type TagPlan } from './plan/plan-tag';
import { type PublishContext } from './publish-context';
import { type PreparedImage } from './plan/prepare-image';
import { rulesIn } from './task/task-rules';
import { NOTHING_SENT, type StagedDestination, type StagedImage } from './stage/stage-image';

export { type FailureReport, type ImageReport, type Outcome, type RegistryReport } from '../report/report-schema';

export function reportFailure(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'failed', reason };
}

/** Of an image that is not to be published here. */
export function reportSkipped(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'skipped', reason };
}

export interface ReportTimes {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Of the phases that have ended. */
  readonly timings?: Timings;
}

/** Reports on an image whose content is where it belongs, and whose tags have not moved. Pure. */
export function reportStaged(image: StagedImage, { startedAtMs, nowMs, timings }: ReportTimes): ImageReport {
  const { plan, digest, destinations } = image;
  const { prepared, adoptedFrom } = plan;
  return {
    schemaVersion: 1,
    project: prepared.task.project,
    outcome: 'staged',
    digest,
    platforms: [prepared.image.platform],
    sizeBytes: prepared.image.sizeBytes ?? sizeOf(destinations),
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

/** In the order that they were asked for. */
function reportRegistries({ plan, digest, destinations, failures }: StagedImage): readonly RegistryReport[] {
  return plan.prepared.destinations.map((destination): RegistryReport => {
    const { entry, repository } = destination;
    const planned = plan.destinations.find((one) => one.destination === destination);
    const tags = (planned?.tags ?? []).map((tag) => reportTag(tag, digest));
    const contentUnchanged = planned?.isContentUnchanged === true ? true : undefined;
    const names = { registry: entry.name, host: repository.registry, repository: repository.repository, tags };
    const failure = failures.find((one) => one.destination === destination);
    if (failure !== undefined) return { ...names, outcome: 'failed', reason: describeError(failure.error) };
    const { sent, notice } = destinations.find((staged) => staged.plan === planned) ?? { sent: NOTHING_SENT, notice: undefined };
    const amounts = { sent: sent?.uploaded, mounted: sent?.mounted, present: sent?.present };
    return { ...names, outcome: 'staged', contentUnchanged, ...amounts, notice };
  });
}

function reportTag(plan: TagPlan, digest: Digest | undefined): TagReport {
  const { tag, rule, isFloating, action, from, reason } = plan;
  const to = isChange(plan) || action === 'upToDate' ? (plan.to ?? digest) : undefined;
  return { tag, rule, isFloating, action, from, to, reason };
}

/** A tag that was passed over is told always; that history is cut off only where a line of versions is wanted. */
function doubtOf({ task, version, destinations }: PreparedImage): string | undefined {
  const isLineWanted = destinations.some(({ entry }) => rulesIn(task, entry).some(followsVersionLine));
  return version.notice ?? (isLineWanted ? version.doubt : undefined);
}

function followsVersionLine(rule: TagRule): boolean {
  return rule.kind === 'major' || rule.kind === 'minor';
}

/** An engine's image has its compressed size once it was pushed. */
function sizeOf([first]: readonly StagedDestination[]): number | undefined {
  return first === undefined ? undefined : imageSize(first.manifest);
}

export const REPORT_FILE = 'report.json';

/** Writes the report whole, in place of an older one, and keeps it for the report of the run. */
export async function writeReport(
  folder: string,
  written: ImageReport | FailureReport,
  { run, env }: Pick<PublishContext, 'run' | 'env'>,
): Promise<void> {
  const report = redactData(written);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const note = { report, places: outputPlaces(env) };
  await Promise.all([replaceFile(join(folder, REPORT_FILE), text), noteReport(run.folder, note)]);
}
