import { join } from 'node:path';

import { type Amount, type Digest, portablePath } from '@nx-oci/model';

import { imageFolder, IMAGES_FOLDER } from '../engines/names/image-folder';
import { redactData } from '../secrets/redact';
import { describeDestination } from '../publish/destination/destination';
import { isChange, type TagPlan } from '../publish/plan/plan-tag';
import { describeError } from '../text/describe-error';
import { replaceFile } from '../text/replace-file';
import { groupBySource } from './plan-copy';
import { sizeOfImage } from './source/read-image';
import { type ReadSource } from './source/read-source';
import { type StagedCopy } from './stage-copy';

/** The result for the referrers of an image at one target. */
export interface ReferrerCounts {
  readonly copied: number;
  readonly present: number;
  /** Tags of cosign that have more signatures than the source's, and were kept. */
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
  /** The full reference, as requested. */
  readonly from: string;
  /** The digest at every target, and at the source unless `narrowedFrom` is set. */
  readonly digest: Digest;
  /** The digest at the source, if platforms were left out. */
  readonly narrowedFrom?: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly to: readonly CopiedTo[];
}

/** The report of a copy task. Contains no secrets. */
export interface CopyReport {
  readonly schemaVersion: 1;
  /** `incomplete`: the task failed; `images` lists what succeeded. */
  readonly outcome: 'copied' | 'upToDate' | 'incomplete';
  readonly images: readonly CopiedImage[];
  /** Messages about what was left out, with `onFailure: continue`. */
  readonly failures: readonly string[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
}

/** The report of a copy that stopped early. */
export interface CopyFailure {
  readonly schemaVersion: 1;
  readonly outcome: 'failed';
  readonly reason: string;
}

/** The parts of a report besides the copied images. */
export interface CopyEnd {
  readonly failures: readonly unknown[];
  readonly startedAtMs: number;
  readonly nowMs: number;
}

export function reportCopies(copies: readonly StagedCopy[], { failures, startedAtMs, nowMs }: CopyEnd): CopyReport {
  const images = groupBySource(copies).map(({ source, copies }) => reportImage(source, copies));
  const hasChanged = images.some(({ to }) => to.some(isChanged));
  return {
    schemaVersion: 1,
    outcome: failures.length > 0 ? 'incomplete' : hasChanged ? 'copied' : 'upToDate',
    images,
    failures: failures.map((error) => describeError(error)),
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: nowMs - startedAtMs,
  };
}

/** Whether a tag was set at a target, or a referrer is new. */
export function isChanged({ tags, attachments }: CopiedTo): boolean {
  return tags.some(isChange) || attachments.copied > 0;
}

function reportImage(source: ReadSource, copies: readonly StagedCopy[]): CopiedImage {
  const { digest, mediaType } = source.image.root.descriptor;
  return {
    from: source.name,
    digest,
    ...(source.narrowedFrom !== undefined && { narrowedFrom: source.narrowedFrom }),
    mediaType,
    sizeBytes: sizeOfImage(source.image),
    to: copies.map(reportTarget),
  };
}

function reportTarget({ destination, tags, sent, referrers }: StagedCopy): CopiedTo {
  const count = (wanted: string) => referrers.filter(({ outcome }) => outcome === wanted).length;
  return {
    repository: describeDestination(destination),
    tags: tags.map(({ tag, action, from }) => ({ tag, action, ...(from !== undefined && { from }) })),
    sent: sent.uploaded,
    mounted: sent.mounted,
    present: sent.present,
    attachments: { copied: count('copied'), present: count('present'), kept: count('kept') },
  };
}

/** `dist/copies/<project>/<target>.json`; not in `dist/images/<project>`, which a build may empty. */
export function copyReportFile(workspaceRoot: string, project: string, target: string): string {
  // The same rule as for `dist/images`.
  const name = portablePath(join(workspaceRoot, IMAGES_FOLDER), imageFolder(workspaceRoot, project));
  return join(workspaceRoot, 'dist/copies', name, `${encodeURIComponent(target)}.json`);
}

/** Replaces an older report in one step. */
export async function writeCopyReport(file: string, report: CopyReport | CopyFailure): Promise<void> {
  await replaceFile(file, `${JSON.stringify(redactData(report), undefined, 2)}\n`);
}
