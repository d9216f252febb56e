import { type EncodedManifest } from '@nx-oci/model';

import { type ImageReport } from '../../report/report-schema';
import { type ForwardGuard } from '../tag/floating/floating-tag';
import { isChange } from '../plan/plan-tag';
import { type StagedDestination, type StagedImage } from './stage-image';

/** What the process that sets the tags must know of an image that another process staged. Plain JSON, no secrets. */
export interface StagedRecord {
  readonly taskId: string;
  readonly project: string;
  /** Names in registries.yaml. */
  readonly registries: readonly string[];
  readonly folder: string;
  readonly report: ImageReport;
  readonly prune: boolean;
  readonly places: readonly StagedRepository[];
}

/** One repository that has the image, and the tags to be set there once everything that is tagged together is staged. */
export interface StagedRepository {
  /** Name in registries.yaml. */
  readonly entry: string;
  /** Whether the image's other registries go on when this one fails. */
  readonly mayFail: boolean;
  readonly registry: string;
  readonly repository: string;
  readonly manifest: Pick<EncodedManifest, 'descriptor'> & { readonly base64: string };
  readonly tags: readonly NotedTag[];
}

interface NotedTag {
  readonly tag: string;
  readonly isFloating: boolean;
  /** What decides whether a floating tag may move, as far as the plan found out; absent if nothing guards it. */
  readonly guard?: ForwardGuard;
}

/** What other processes need to know of a staged image. Pure. */
export function toStagedRecord(staged: StagedImage, report: ImageReport): StagedRecord {
  const { task, folder } = staged.plan.prepared;
  return {
    taskId: task.taskId,
    project: task.project,
    registries: task.registries.map(({ name }) => name),
    folder,
    report,
    prune: task.prune,
    places: staged.destinations.map(notePlace),
  };
}

function notePlace({ plan: { destination, tags, guards }, manifest }: StagedDestination): StagedRepository {
  return {
    entry: destination.entry.name,
    mayFail: destination.entry.onFailure === 'continue',
    registry: destination.repository.registry,
    repository: destination.repository.repository,
    manifest: { descriptor: manifest.descriptor, base64: Buffer.from(manifest.bytes).toString('base64') },
    tags: tags.filter(isChange).map(({ tag, isFloating }) => ({ tag, isFloating, guard: guards.get(tag) })),
  };
}
