import { shortDigest, type Digest } from '@nx-oci/model';

import { formatBytes } from '../../text/format-bytes';
import { plainLine } from '../../text/plain-text';
import { describeDestination } from '../destination/destination';
import { type SizeLimits } from '../task/size-limit';
import { type Growth, type UnknownGrowth } from './find-growth';
import { describeAmount } from './find-size-refusal';
import { type LargeFile } from './largest-files';

/** For a publish that could not check `maxGrowth`. */
export function describeUncheckedGrowth(growth: Growth, { project, limits }: { readonly project: string; readonly limits: SizeLimits }) {
  if (growth.kind !== 'unknown' || limits.maxGrowth === undefined) return undefined;
  return `${project}: growth unknown, \`maxGrowth\` was not checked: ${explainUnknown(growth)}`;
}

function explainUnknown({ tag, destination, lacks }: UnknownGrowth): string {
  if (lacks === 'lookup') return `${describeDestination(destination)} does not say whether ${tag} exists`;
  const { registry, repository } = destination.repository;
  return `${registry} did not send the manifest of ${repository}:${tag} with its digest`;
}

/** An image's size, as a plan shows it. */
export interface SizeToShow {
  readonly sizeBytes: number | undefined;
  readonly growth: Growth;
  /** The largest of each new layer. */
  readonly files: ReadonlyMap<Digest, readonly LargeFile[]>;
  readonly limits: SizeLimits;
}

/** Describes an image's size in a plan, compared with the previous image, layer by layer. */
export function describeGrowth({ sizeBytes, growth, files, limits }: SizeToShow): readonly string[] {
  if (growth.kind === 'none' || growth.kind === 'new' || sizeBytes === undefined) return [];
  if (growth.kind === 'unknown') {
    const unchecked = limits.maxGrowth === undefined ? '' : ', `maxGrowth` was not checked';
    return [`  size        ${formatBytes(sizeBytes)}, growth unknown${unchecked}: ${explainUnknown(growth)}`];
  }
  const { tag, destination, beforeBytes, afterBytes, layers } = growth;
  const reference = `${describeDestination(destination)}:${tag}`;
  const same = layers.filter(({ change }) => change === 'same');
  const kept = `    same  ${formatBytes(same.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))} in ${same.length} layers`;
  const changes = layers.flatMap(({ digest, sizeBytes, change }) =>
    change === 'same'
      ? []
      : [
          `    ${change.padEnd(4)}  ${formatBytes(sizeBytes)} ${shortDigest(digest)}`,
          ...(files.get(digest) ?? []).map((file) => `            ${plainLine(file.path)} ${formatBytes(file.sizeBytes)}`),
        ],
  );
  const way = afterBytes >= beforeBytes ? 'more' : 'less';
  const amount = afterBytes === beforeBytes ? 'the same size as' : `${describeAmount(growth)} ${way} than`;
  return [
    `  size        ${formatBytes(afterBytes)}, ${amount} ${reference}`,
    ...(changes.length === 0 ? [] : [...changes, ...(same.length > 0 ? [kept] : [])]),
  ];
}
