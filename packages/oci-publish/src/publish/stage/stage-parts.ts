import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { openLayout } from '@nx-oci/layout';
import { algorithmOf, childrenOf, fallbackSource, hexOf, type CopySummary, type Digest, type EncodedManifest } from '@nx-oci/model';

import { repositoryOf } from '../../configuration/repository-of';
import { type Connection } from '../../connection/open-connection';
import { type StagedLayers, writeImageRecord } from '../../engines/image/image-record';
import { type FoundPart } from '../../engines/parts/find-parts';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';
import { formatBytes } from '../../text/format-bytes';
import { describeDestination, type Destination } from '../destination/destination';
import { openDestination } from '../image/open-destination';
import { openPart, type BuildContext } from '../image/open-image';
import { type NormalizedTask } from '../task/normalize-task';
import { sendImage } from './send-image';

export interface StagePartContext extends BuildContext {
  readonly connection: Connection;
  readonly watcher?: TransferWatcher;
  readonly signal?: AbortSignal;
}

/**
 * Sends the part of a task to all of its registries, by digest, and removes its layers from its folder: what is left of it names
 * them. Sets no tag, so nobody pulls it until a publish tags the whole image.
 *
 * @returns what was done, for the user.
 */
export async function stagePart(task: NormalizedTask, context: StagePartContext): Promise<string> {
  const part = task.parts?.find(({ platform }) => platform === task.stage);
  if (part === undefined) return `${task.project}: has no part for ${task.stage}, so nothing was staged.`;
  const found = await openPart(task, part, context);
  const { client, memory } = context.connection;
  const layout = await openLayout(found.folder);
  const { manifest: root, base, staged = [] } = found.record.output;
  const manifest = { descriptor: root, bytes: await layout.readDocument(root) };
  const contents = childrenOf(manifest);
  const destinations = task.registries.map((entry) =>
    openDestination({ entry, ...repositoryOf(entry, task.image) }, { contents, mountSource: base }, { client, memory }),
  );
  const names = destinations.map(describeDestination).join(', ');
  if (task.isDryRun) return `${task.project}: would stage its part for ${part.platform} in ${names}.`;
  const elsewhere = [...staged, ...(base === undefined ? [] : [base])].map((repository) => client.repository(repository));
  const source = fallbackSource([layout, ...elsewhere]);
  const bounds = { memory, isManifestHeldBack: false, watcher: context.watcher, signal: context.signal };
  const send = (destination: Destination) =>
    sendImage({ source, root, base }, destination, { ...bounds, here: stagedIn(destination, staged) });
  const sent = await Promise.all(destinations.map(send));
  await leaveLayersOut(found, manifest, destinations);
  const bytes = sent.reduce((sum, { uploaded }: CopySummary) => sum + uploaded.bytes, 0);
  return `${task.project}: staged its part for ${part.platform} in ${names}, ${formatBytes(bytes)} sent.`;
}

/** What an earlier run staged there. */
function stagedIn({ repository: { registry, repository } }: Destination, staged: readonly StagedLayers[]): ReadonlySet<Digest> {
  const there = staged.filter((one) => one.registry === registry && one.repository === repository);
  return new Set(there.flatMap(({ layers }) => layers.map(({ digest }) => digest)));
}

/** The record is written first: with it, layers that are still there do no harm. */
async function leaveLayersOut(
  { folder, record }: FoundPart,
  manifest: EncodedManifest,
  destinations: readonly Destination[],
): Promise<void> {
  const [, ...layers] = childrenOf(manifest);
  const staged = destinations.map(({ repository: { registry, repository } }) => ({ registry, repository, layers }));
  await writeImageRecord(folder, { ...record, output: { ...record.output, staged } });
  for (const { digest } of layers) await rm(join(folder, 'blobs', algorithmOf(digest), hexOf(digest)), { force: true });
}
