import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Digest } from '@nx-oci/model';

import { outputPlaces } from '../report/output-places';
import { noteReport } from '../report/report-notes';
import {
  type FailureReport,
  type ImageReport,
  type Outcome,
  type RegistryReport,
  type TagReport,
  type Timings,
} from '../report/report-schema';
import { type TagRule } from '../tags/tag-rule';
import { imageSize } from './image-size';
import { type DestinationPlan } from './plan-image';
import { isChange, type TagPlan } from './plan-tag';
import { type PublishContext } from './publish-context';
import { NOTHING_SENT, type StagedDestination, type StagedImage } from './stage-image';

export { type FailureReport, type ImageReport, type Outcome, type RegistryReport } from '../report/report-schema';

export function reportFailure(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'failed', reason };
}

export interface ReportTimes {
  readonly startedAtMs: number;
  readonly nowMs: number;
  /** Of the phases that have ended. */
  readonly timings?: Timings;
}

/** Reports on an image whose content is where it belongs, and whose tags have not moved. Pure. */
export function reportStaged({ plan, digest, destinations }: StagedImage, { startedAtMs, nowMs, timings }: ReportTimes): ImageReport {
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
    registries: plan.destinations.map((destination) =>
      reportRegistry(
        destination,
        digest,
        destinations.find((staged) => staged.plan === destination),
      ),
    ),
    skippedRules: prepared.tags.skipped,
    versionDoubt: prepared.task.rules.some(followsVersionLine) ? prepared.version.doubt : undefined,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: nowMs - startedAtMs,
    timings,
  };
}

function reportRegistry(
  { destination: { entry, repository }, tags }: DestinationPlan,
  digest: Digest | undefined,
  staged: StagedDestination | undefined,
): RegistryReport {
  const { sent } = staged ?? { sent: NOTHING_SENT };
  return {
    registry: entry.name,
    host: repository.registry,
    repository: repository.repository,
    outcome: 'staged',
    tags: tags.map((tag) => reportTag(tag, digest)),
    sent: sent?.uploaded,
    mounted: sent?.mounted,
    present: sent?.present,
  };
}

function reportTag(plan: TagPlan, digest: Digest | undefined): TagReport {
  const { tag, rule, isFloating, action, from, reason } = plan;
  const to = isChange(plan) || action === 'upToDate' ? digest : undefined;
  return { tag, rule, isFloating, action, from, to, reason };
}

/** The report of an image once its tags are set, wherever they were to be. Pure. */
export function reportTagged(report: ImageReport, { nowMs, tagMs }: { readonly nowMs: number; readonly tagMs: number }): ImageReport {
  const registries = report.registries.map((registry) => ({ ...registry, outcome: outcomeOfTags(registry.tags) }));
  return {
    ...report,
    outcome: outcomeOfTags(registries.flatMap(({ tags }) => tags)),
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

function followsVersionLine(rule: TagRule): boolean {
  return rule.kind === 'rule' && (rule.name === 'major' || rule.name === 'minor');
}

/** An engine's image has its compressed size once it was pushed. */
function sizeOf([first]: readonly StagedDestination[]): number | undefined {
  return first === undefined ? undefined : imageSize(first.manifest);
}

export const REPORT_FILE = 'report.json';

/** Writes the report whole, in place of an older one, and keeps it for the report of the run. */
export async function writeReport(
  folder: string,
  report: ImageReport | FailureReport,
  { run, env }: Pick<PublishContext, 'run' | 'env'>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, REPORT_FILE);
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(report, undefined, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
  await noteReport(run.folder, { report, places: outputPlaces(env) });
}
