import { OciError } from '@nx-oci/model';

import { formatBytes } from '../../text/format-bytes';
import { describeDestination } from '../destination/destination';
import { imageSize } from '../image/image-size';
import { type PlatformManifest } from '../image/publishable-image';
import { type Growth } from './find-growth';
import { type SizeLimits } from '../task/size-limit';

/** Why an image may not be published for its size: all reasons as one error. Pure. */
export function findSizeRefusal(
  project: string,
  { platforms, growth }: { readonly platforms: readonly PlatformManifest[]; readonly growth: Growth },
  limits: SizeLimits,
): OciError | undefined {
  const reasons = [...reasonsOfSize(platforms, limits), ...reasonsOfGrowth(growth, limits)];
  if (reasons.length === 0) return undefined;
  const [largest] = growth.kind === 'known' ? growth.layers.filter(({ change }) => change === 'new').toSorted(bySize) : [];
  const layer = largest && ` Its largest new layer has ${formatBytes(largest.sizeBytes)}.`;
  return new OciError('IMAGE_TOO_LARGE', `Cannot publish ${project}: ${reasons.join('; ')}.${layer ?? ''}`, {
    hint: `Nothing was sent. \`nx run ${project}:publish --dryRun\` lists its layers and largest files; raise \`maxSize\` or \`maxGrowth\` if the size is intended (\`none\` for no limit).`,
  });
}

/** Each platform separately, because a pull fetches one. */
function reasonsOfSize(platforms: readonly PlatformManifest[], { maxSizeBytes }: SizeLimits): readonly string[] {
  return platforms.flatMap(({ platform, manifest }) => {
    const sizeBytes = imageSize([manifest]);
    if (maxSizeBytes === undefined || sizeBytes <= maxSizeBytes) return [];
    const name = platforms.length === 1 ? 'it' : `its image for ${platform}`;
    return [`${name} has ${formatBytes(sizeBytes)}, more than \`maxSize\` (${formatBytes(maxSizeBytes)})`];
  });
}

function reasonsOfGrowth(growth: Growth, { maxGrowth }: SizeLimits): readonly string[] {
  if (growth.kind !== 'known' || maxGrowth === undefined) return [];
  const { tag, destination, beforeBytes, afterBytes } = growth;
  const limitBytes = maxGrowth.kind === 'bytes' ? maxGrowth.bytes : (beforeBytes * maxGrowth.percent) / 100;
  if (afterBytes - beforeBytes <= limitBytes) return [];
  const limit = maxGrowth.kind === 'bytes' ? formatBytes(maxGrowth.bytes) : `${maxGrowth.percent} %`;
  return [`it grew by ${describeAmount(growth)} against ${describeDestination(destination)}:${tag}, more than \`maxGrowth\` (${limit})`];
}

/** `3.1 MB (7.4 %)` */
export function describeAmount({ beforeBytes, afterBytes }: { readonly beforeBytes: number; readonly afterBytes: number }): string {
  const bytes = Math.abs(afterBytes - beforeBytes);
  return `${formatBytes(bytes)} (${((100 * bytes) / beforeBytes).toFixed(1)} %)`;
}

function bySize(one: { readonly sizeBytes: number }, other: { readonly sizeBytes: number }): number {
  return other.sizeBytes - one.sizeBytes;
}
