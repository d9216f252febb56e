import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Amount, type Digest } from '@nx-oci/model';

import { type SkippedRule } from '../tags/compute-tags';
import { type TagRule } from '../tags/tag-rule';
import { imageSize } from './image-size';
import { hasWork } from './plan-image';
import { type TagPlan } from './plan-tag';
import { NOTHING_SENT, type StagedDestination, type StagedImage } from './stage-image';

/** What became of an image. */
export type Outcome = 'published' | 'upToDate' | 'held' | 'staged' | 'failed';

export interface RegistryReport {
  /** Name in registries.yaml. */
  readonly registry: string;
  /** `host[:port]/namespace/image`. */
  readonly repository: string;
  readonly tags: readonly TagPlan[];
  /** This and the next two are absent where an engine pushed by itself: it does not say. */
  readonly sent?: Amount;
  readonly mounted?: Amount;
  readonly present?: Amount;
}

/** What did happen to one project's image: `report.json` in its image folder. Holds no secret. */
export interface ImageReport {
  readonly schemaVersion: 1;
  readonly project: string;
  readonly outcome: Outcome;
  /** Why it is staged only, held or failed. */
  readonly reason?: string;
  readonly digest?: Digest;
  readonly platform: string;
  readonly sizeBytes?: number;
  /** Full id of the commit. */
  readonly revision?: string;
  /** Exact version, for a release. */
  readonly version?: string;
  /** The registry that had this very build already, whose bytes were taken. */
  readonly adoptedFrom?: string;
  readonly registries: readonly RegistryReport[];
  /** Tag rules that gave no tag, each with the reason. */
  readonly skippedRules: readonly SkippedRule[];
  /** Why `major` and `minor` may follow the wrong version, if they were asked for. */
  readonly versionDoubt?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What is left to say of an image whose publish stopped early. */
export interface FailureReport {
  readonly schemaVersion: 1;
  readonly project: string;
  readonly outcome: 'failed';
  readonly reason: string;
}

export function reportFailure(project: string, reason: string): FailureReport {
  return { schemaVersion: 1, project, outcome: 'failed', reason };
}

export interface ReportTimes {
  readonly startedAtMs: number;
  readonly nowMs: number;
}

/** Reports on an image whose content is where it belongs. Pure. */
export function reportStaged({ plan, digest, destinations }: StagedImage, { startedAtMs, nowMs }: ReportTimes): ImageReport {
  const { prepared, adoptedFrom } = plan;
  return {
    schemaVersion: 1,
    project: prepared.task.project,
    outcome: 'staged',
    digest,
    platform: prepared.image.platform,
    sizeBytes: prepared.image.sizeBytes ?? sizeOf(destinations),
    revision: prepared.image.facts.revision,
    version: prepared.version.release,
    adoptedFrom: adoptedFrom?.entry.name,
    registries: plan.destinations.map((destination) => {
      const { entry, repository } = destination.destination;
      const { sent } = destinations.find((staged) => staged.plan === destination) ?? { sent: NOTHING_SENT };
      return {
        registry: entry.name,
        repository: `${repository.registry}/${repository.repository}`,
        tags: destination.tags,
        sent: sent?.uploaded,
        mounted: sent?.mounted,
        present: sent?.present,
      };
    }),
    skippedRules: prepared.tags.skipped,
    versionDoubt: prepared.task.rules.some(followsVersionLine) ? prepared.version.doubt : undefined,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: nowMs - startedAtMs,
  };
}

function followsVersionLine(rule: TagRule): boolean {
  return rule.kind === 'rule' && (rule.name === 'major' || rule.name === 'minor');
}

/** An engine's image has its compressed size once it was pushed. */
function sizeOf([first]: readonly StagedDestination[]): number | undefined {
  return first === undefined ? undefined : imageSize(first.manifest);
}

/** What a staged image is once its tags are set. */
export function outcomeOf({ plan }: StagedImage): Outcome {
  if (plan.destinations.some(hasWork)) return 'published';
  return plan.destinations.some(({ tags }) => tags.some(({ action }) => action === 'held')) ? 'held' : 'upToDate';
}

export const REPORT_FILE = 'report.json';

/** Writes the report whole, in place of an older one. */
export async function writeReport(folder: string, report: ImageReport | FailureReport): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, REPORT_FILE);
  await writeFile(`${file}.${process.pid}`, `${JSON.stringify(report, undefined, 2)}\n`);
  await rename(`${file}.${process.pid}`, file);
}
