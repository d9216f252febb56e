import { formatPlatform, isOciError, parsePlatform, type Platform } from '@nx-oci/model';

/** The same on every machine, so that a laptop publishes the same image as CI; most servers run it. */
export const DEFAULT_PLATFORM = parsePlatform('linux/amd64');

/** Whether a path names a different file for each platform. */
export function namesPlatform(path: string): boolean {
  return /\{(?:os|arch)\}/.test(path);
}

/** `dist/cli-{os}-{arch}` is `dist/cli-linux-arm64` for `linux/arm64`. */
export function pathFor({ os, architecture }: Platform, path: string): string {
  return path.replaceAll('{os}', os).replaceAll('{arch}', architecture);
}

/** The paths for some platforms, each path once. */
export function pathsFor(platforms: readonly Platform[], path: string): readonly string[] {
  return namesPlatform(path) ? [...new Set(platforms.map((platform) => pathFor(platform, path)))] : [path];
}

/**
 * The platforms in options of the project graph, which are not checked yet: invalid ones are left out, because the build reports
 * them.
 */
export function writtenPlatforms({ platform, platforms = platform }: Readonly<Record<string, unknown>>): readonly Platform[] {
  const texts = [platforms].flat().flatMap((one) => (typeof one === 'string' ? one.split(',') : []));
  const named = texts.flatMap((text) => readPlatform(text) ?? []);
  return named.length === 0 ? [DEFAULT_PLATFORM] : named;
}

/** Whether a layer belongs to the image of a platform: it does unless it names another one. */
export function isForPlatform(named: string | undefined, platform: Platform): boolean {
  const own = named === undefined ? undefined : readPlatform(named);
  return own === undefined || formatPlatform(own) === formatPlatform(platform);
}

function readPlatform(text: string): Platform | undefined {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (isOciError(error, 'PLATFORM_INVALID')) return undefined;
    throw error;
  }
}
