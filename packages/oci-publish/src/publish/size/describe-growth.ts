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
  return growth.kind === 'unknown' && limits.maxGrowth !== undefined ? `${project}: ${explainUnknown(growth)}` : undefined;
}

function explainUnknown({ tag, destination }: UnknownGrowth): string {
  return `could not tell what it grew, so \`maxGrowth\` was not checked: no manifest of ${describeDestination(destination)}:${tag} came with its digest`;
}

/** What a plan says of an image's size: against what was before, layer by layer. */
export function describeGrowth(growth: Growth, files: ReadonlyMap<Digest, readonly LargeFile[]>, hasLimit: boolean): readonly string[] {
  if (growth.kind === 'none') return [];
  const { tag, destination } = growth;
  const place = `${describeDestination(destination)}:${tag}`;
  if (growth.kind === 'unknown') return hasLimit ? [`  size        ${explainUnknown(growth)}`] : [];
  const { beforeBytes, afterBytes, layers } = growth;
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
    `  size        ${formatBytes(afterBytes)}, ${amount} ${place}`,
    ...(changes.length === 0 ? [] : [...changes, ...(same.length > 0 ? [kept] : [])]),
  ];
}
