import { type EncodedManifest } from '@nx-oci/model';

import { type ImageReport } from '../../report/report-schema';
import { type ForwardGuard } from '../tag/floating/floating-tag';
import { isChange } from '../plan/plan-tag';
import { type StagedDestination, type StagedImage } from './stage-image';

/** What the process that sets the tags must know about an image that another process staged. Plain JSON, no secrets. */
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

/** A repository that has the image, and the tags to set there when the whole group is staged. */
export interface StagedRepository {
  /** Name in registries.yaml. */
  readonly entry: string;
  /** Whether the image's other registries continue if this one fails. */
  readonly mayFail: boolean;
  readonly registry: string;
  readonly repository: string;
  readonly manifest: Pick<EncodedManifest, 'descriptor'> & { readonly base64: string };
  readonly tags: readonly StagedTag[];
}

interface StagedTag {
  readonly tag: string;
  readonly isFloating: boolean;
  /** The facts from the plan that decide whether a floating tag may move; absent if it is not guarded. */
  readonly guard?: ForwardGuard;
}

/** What other processes need to know about a staged image. Pure. */
export function toStagedRecord(staged: StagedImage, report: ImageReport): StagedRecord {
  const { task, folder } = staged.plan.prepared;
  return {
    taskId: task.taskId,
    project: task.project,
    registries: task.registries.map(({ name }) => name),
    folder,
    report,
    prune: task.prune,
    places: staged.destinations.map(toStagedRepository),
  };
}

function toStagedRepository({ plan: { destination, tags, guards }, manifest }: StagedDestination): StagedRepository {
  return {
    entry: destination.entry.name,
    mayFail: destination.entry.onFailure === 'continue',
    registry: destination.repository.registry,
    repository: destination.repository.repository,
    manifest: { descriptor: manifest.descriptor, base64: Buffer.from(manifest.bytes).toString('base64') },
    tags: tags.filter(isChange).map(({ tag, isFloating }) => ({ tag, isFloating, guard: guards.get(tag) })),
  };
}
