import { formatPlatform, isOciError, parsePlatform } from '@nx-oci/model';

import { type ImageOptions } from './image-options';

/** The platforms of an image from files. */
export interface ChosenPlatforms {
  /** One at least: `linux/amd64`. */
  readonly platforms: readonly string[];
  /** The option of its build; empty for what the build does by default. */
  readonly written: { readonly platforms?: readonly string[]; readonly platform?: string };
  readonly notes: readonly string[];
}

const DEFAULT = 'linux/amd64';
const BOTH = [DEFAULT, 'linux/arm64'];

// Images that their makers publish for both, under any tag; a digest may be that of one platform.
const MADE_FOR_BOTH = [
  /^(?:docker\.io\/)?(?:library\/)?(?:node|nginx):[\w.-]+$/,
  /^(?:docker\.io\/)?nginxinc\/nginx-unprivileged:[\w.-]+$/,
];

export interface PlatformFacts {
  readonly base: string;
  /** Why its files are for one platform only. */
  readonly obstacle?: string | undefined;
}

/**
 * `--platforms`, else both common ones where the base is known to have them and the files run on both. A registry is not asked: the
 * generator works without a network. Pure.
 */
export function choosePlatforms({ platforms: asked }: Pick<ImageOptions, 'platforms'>, { base, obstacle }: PlatformFacts): ChosenPlatforms {
  if (asked !== undefined) {
    const platforms = readPlatformNames(asked);
    return { platforms, written: writtenAs(platforms), notes: [`Platforms: ${platforms.join(', ')} (--platforms).`] };
  }
  const both = `--platforms=${BOTH.join(',')}`;
  const reason =
    obstacle ??
    (MADE_FOR_BOTH.some((name) => name.test(base)) ? undefined : `whether ${base} has others is not known here; if it has: ${both}`);
  if (reason !== undefined) return { platforms: [DEFAULT], written: {}, notes: [`Platforms: ${DEFAULT} alone (${reason}).`] };
  const notes = [`Platforms: ${BOTH.join(' and ')} (the base has both; --platforms=${DEFAULT} makes one alone).`];
  return { platforms: BOTH, written: { platforms: BOTH }, notes };
}

/** Problems of `--platforms`, as `what → the fix`. */
export function platformProblems(asked: readonly string[] | undefined): readonly string[] {
  return (asked ?? [])
    .flatMap((text) => text.split(','))
    .flatMap((text) => {
      try {
        parsePlatform(text);
        return [];
      } catch (error) {
        if (!isOciError(error)) throw error;
        return [`\`--platforms\`: ${error.message} → ${error.hint ?? `write ${BOTH.join(',')}`}`];
      }
    });
}

/** Each once. */
export function readPlatformNames(asked: readonly string[]): readonly string[] {
  return [...new Set(asked.flatMap((text) => text.split(',')).map((text) => formatPlatform(parsePlatform(text))))];
}

function writtenAs(platforms: readonly string[]): ChosenPlatforms['written'] {
  const [only = DEFAULT, ...others] = platforms;
  if (others.length > 0) return { platforms };
  return only === DEFAULT ? {} : { platform: only };
}
