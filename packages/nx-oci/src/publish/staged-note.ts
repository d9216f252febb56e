import { type EncodedManifest } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';

import { type ImageReport } from './image-report';
import { isChange } from './plan-tag';
import { type TagToSet } from './set-tags';
import { type StagedImage } from './stage-image';

/** What the process that sets the tags must know of an image that another process staged. Plain JSON, no secrets. */
export interface StagedNote {
  readonly taskId: string;
  readonly project: string;
  /** Names in registries.yaml. */
  readonly registries: readonly string[];
  readonly folder: string;
  readonly report: ImageReport;
  readonly prune: boolean;
  readonly tags: readonly NotedTag[];
}

/** A tag to be set once everything that is tagged together is staged. */
export interface NotedTag {
  /** Name in registries.yaml. */
  readonly entry: string;
  /** Whether the image's other registries go on when this one fails. */
  readonly mayFail: boolean;
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly isFloating: boolean;
  readonly manifest: Pick<EncodedManifest, 'descriptor'> & { readonly base64: string };
}

export function noteStaged(staged: StagedImage, report: ImageReport): StagedNote {
  const { task, folder } = staged.plan.prepared;
  return {
    taskId: task.taskId,
    project: task.project,
    registries: task.registries.map(({ name }) => name),
    folder,
    report,
    prune: task.prune,
    tags: staged.destinations.flatMap(({ plan, manifest, taggedAs }) =>
      plan.tags
        .filter((planned) => isChange(planned) && planned.tag !== taggedAs)
        .map(({ tag, isFloating }) => ({
          entry: plan.destination.entry.name,
          mayFail: plan.destination.entry.onFailure === 'continue',
          registry: plan.destination.repository.registry,
          repository: plan.destination.repository.repository,
          tag,
          isFloating,
          manifest: { descriptor: manifest.descriptor, base64: Buffer.from(manifest.bytes).toString('base64') },
        })),
    ),
  };
}

export function openTags(tags: readonly NotedTag[], client: RegistryClient): readonly TagToSet[] {
  return tags.map(({ registry, repository, tag, isFloating, manifest }) => ({
    repository: client.repository({ registry, repository, access: 'push' }),
    manifest: { descriptor: manifest.descriptor, bytes: Buffer.from(manifest.base64, 'base64') },
    tag,
    isFloating,
  }));
}
