import { formatPlatform, isOciError, parsePlatform } from '@nx-oci/model';

export interface PlatformChange {
  /** The platforms of the image that the tag points at. */
  readonly theirs: readonly string[] | undefined;
  /** The platforms of the image that it would point at. */
  readonly next: readonly string[] | undefined;
  /** The name of that image in messages. Default `this image`. */
  readonly name?: string;
}

/**
 * Why a floating tag must not move to an image with other platforms: users of a platform that the new image lacks would get an
 * image that does not start. Pure.
 *
 * @returns undefined if the new image runs on all platforms of the old one, or if either does not name its platforms
 */
export function reasonForPlatform({ theirs = [], next = [], name = 'this image' }: PlatformChange): string | undefined {
  const offered = next.map(spell);
  if (offered.length === 0 || theirs.map(spell).every((platform) => offered.includes(platform))) return undefined;
  return `it is for ${theirs.join(' and ')}, ${name} for ${next.join(' and ')}: --force on the command line moves it`;
}

/** Annotations of other tools may contain anything. */
function spell(platform: string): string {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch (error) {
    if (!isOciError(error, 'PLATFORM_INVALID')) throw error;
    return platform;
  }
}
