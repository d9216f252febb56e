import { formatPlatform, isOciError, parsePlatform } from '@nx-oci/model';

export interface PlatformChange {
  /** What runs the image that the tag points at. */
  readonly theirs: readonly string[] | undefined;
  /** What runs the image that it would point at. */
  readonly next: readonly string[] | undefined;
  /** How that image is called. Default `this image`. */
  readonly name?: string;
}

/**
 * Why a floating tag must not go from an image of some platforms to one of others: those who pull it for a platform that
 * the new image lacks would get one that does not start. Pure.
 *
 * @returns undefined where the new image runs wherever the old one did, and where either does not say what it runs on
 */
export function reasonForPlatform({ theirs = [], next = [], name = 'this image' }: PlatformChange): string | undefined {
  const offered = next.map(spell);
  if (offered.length === 0 || theirs.map(spell).every((platform) => offered.includes(platform))) return undefined;
  return `it is for ${theirs.join(' and ')}, ${name} for ${next.join(' and ')}: --force on the command line moves it`;
}

/** Annotations of others may say anything. */
function spell(platform: string): string {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch (error) {
    if (!isOciError(error, 'PLATFORM_INVALID')) throw error;
    return platform;
  }
}
