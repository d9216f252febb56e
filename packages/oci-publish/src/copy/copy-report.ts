import { join, relative } from 'node:path';

import { type Amount, type Digest } from '@nx-oci/model';

import { imageFolder, IMAGES_FOLDER } from '../engines/names/image-folder';
import { redactData } from '../secrets/redact';
import { type TagPlan } from '../publish/plan/plan-tag';
import { replaceFile } from '../text/replace-file';
import { describeTarget, type CopyPlan } from './plan-copy';
import { sizeOfImage } from './source/read-image';
import { type StagedTarget } from './stage-copy';

/** A source whose content is at all of its targets. */
export interface StagedCopy {
  readonly plan: CopyPlan;
  readonly targets: readonly StagedTarget[];
}

/** What came of the signatures, SBOMs and others of an image at one target. */
export interface ReferrerCounts {
  readonly copied: number;
  readonly present: number;
  /** cosign's tags that hold more than the source's and stayed as they were. */
  readonly kept: number;
}

export interface CopiedTo {
  /** `host[:port]/repository` */
  readonly repository: string;
  readonly tags: readonly Pick<TagPlan, 'tag' | 'action' | 'from'>[];
  readonly sent: Amount;
  readonly mounted: Amount;
  readonly present: Amount;
  readonly attachments: ReferrerCounts;
}

export interface CopiedImage {
  /** As it was asked for, in full. */
  readonly from: string;
  /** At every target; at the source, too, unless `narrowedFrom` is there. */
  readonly digest: Digest;
  /** The digest at the source, where platforms were left out. */
  readonly narrowedFrom?: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly to: readonly CopiedTo[];
}

/** What a copy task did. Holds no secret. */
export interface CopyReport {
  readonly schemaVersion: 1;
  /** `incomplete`: the task failed, and what did not is in `images`. */
  readonly outcome: 'copied' | 'upToDate' | 'incomplete';
  readonly images: readonly CopiedImage[];
  /** What was left out, with `onFailure: continue`: one text each. */
  readonly failures: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** What is left to say of a copy that stopped early. */
export interface CopyFailure {
  readonly schemaVersion: 1;
  readonly outcome: 'failed';
  readonly reason: string;
}

/** What a report contains besides what was copied. */
export interface CopyEnd {
  readonly failures: readonly string[];
  readonly startedAtMs: number;
  readonly nowMs: number;
}

export function reportCopies(copies: readonly StagedCopy[], { failures, startedAtMs, nowMs }: CopyEnd): CopyReport {
  const images = copies.map(reportImage);
  const hasChanged = images.some(({ to }) => to.some(({ tags, attachments }) => tags.some(isChanged) || attachments.copied > 0));
  return {
    schemaVersion: 1,
    outcome: failures.length > 0 ? 'incomplete' : hasChanged ? 'copied' : 'upToDate',
    images,
    failures,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: nowMs - startedAtMs,
  };
}

/** Whether a tag was set. */
export function isChanged({ action }: Pick<TagPlan, 'action'>): boolean {
  return action === 'create' || action === 'move';
}

function reportImage({ plan: { source }, targets }: StagedCopy): CopiedImage {
  const { digest, mediaType } = source.image.root.descriptor;
  return {
    from: source.name,
    digest,
    ...(source.narrowedFrom !== undefined && { narrowedFrom: source.narrowedFrom }),
    mediaType,
    sizeBytes: sizeOfImage(source.image),
    to: targets.map(reportTarget),
  };
}

function reportTarget({ plan, sent, referrers }: StagedTarget): CopiedTo {
  const count = (wanted: string) => referrers.filter(({ outcome }) => outcome === wanted).length;
  return {
    repository: describeTarget(plan),
    tags: plan.tags.map(({ tag, action, from }) => ({ tag, action, ...(from !== undefined && { from }) })),
    sent: sent.uploaded,
    mounted: sent.mounted,
    present: sent.present,
    attachments: { copied: count('copied'), present: count('present'), kept: count('kept') },
  };
}

/** `dist/copies/<project>/<target>.json`, beside `dist/images/<project>`, which a build may empty. */
export function copyReportFile(workspaceRoot: string, project: string, target: string): string {
  // Projects are named in paths by one rule.
  const name = relative(join(workspaceRoot, IMAGES_FOLDER), imageFolder(workspaceRoot, project));
  return join(workspaceRoot, 'dist/copies', name, `${encodeURIComponent(target)}.json`);
}

/** Writes a report whole, in place of an older one. */
export async function writeCopyReport(file: string, report: CopyReport | CopyFailure): Promise<void> {
  await replaceFile(file, `${JSON.stringify(redactData(report), undefined, 2)}\n`);
}
