import { formatPlatform, normalizePlatform } from '@nx-oci/model';

import { type BuiltPlatform, type OpenedImage } from '../image/open-built-image';
import { type ContainerEngine } from './container-engine';

/** The image that an engine runs without emulation, if there is one. */
export function choosePlatform({ platforms }: OpenedImage, { platform }: ContainerEngine): BuiltPlatform | undefined {
  const own = platform.replace('x86_64', 'amd64').replace('aarch64', 'arm64');
  return platforms.find((one) => {
    const { os, architecture } = normalizePlatform(one.platform);
    return `${os}/${architecture}` === own;
  });
}

/** For the user. */
export function describePlatforms({ platforms }: OpenedImage): string {
  return platforms.map(({ platform }) => formatPlatform(platform)).join(', ');
}
