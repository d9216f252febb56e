import { chooseDescriptor, formatPlatform, OciError, type Platform } from '@nx-oci/model';
import { engineOf, readTargetParts, writtenPlatforms } from '@nx-oci/publish';

import { type OwnBase } from './find-own-bases';

type Options = Readonly<Record<string, unknown>>;

/** The options with which the image of a base is built in the same batch; `undefined` if it is not. */
export type OptionsOfBase = (base: string, platform: string | undefined) => Options | undefined;

/**
 * Refuses an image for platforms that a base, which would be built before it, will not have. What only a builder knows is left to
 * the build. Pure.
 *
 * @throws OciError `PLATFORM_INVALID` with all that are lacking.
 */
export function refuseLackingPlatforms(project: string, options: Options, bases: readonly OwnBase[], optionsOf: OptionsOfBase): void {
  const wanted = platformsOf(options) ?? [];
  const { platform } = readTargetParts(options) ?? {};
  const lines = bases
    .filter(({ hasOwnPlatform = false }) => !hasOwnPlatform)
    .flatMap(({ base, where, reference }) => {
      const offered = platformsOf(optionsOf(base, platform) ?? {}, false);
      if (offered === undefined) return [];
      const lacking = wanted.filter(
        (one) =>
          chooseDescriptor(
            offered.map((other) => ({ platform: other })),
            one,
          ) === undefined,
      );
      return lacking.length === 0 ? [] : [{ base, where, reference, lacking: list(lacking), offered: list(offered) }];
    });
  if (lines.length === 0) return;
  const text = lines.map(
    ({ base, where, reference, lacking, offered }) =>
      `  ${where} names ${reference}, the image of ${base}: it is for ${offered}, not for ${lacking}`,
  );
  throw new OciError(
    'PLATFORM_INVALID',
    [`Cannot build the image of ${project}: its base is not for all of its platforms.`, ...text].join('\n'),
    {
      hint: lines.map(({ base, lacking }) => `Add ${lacking} to \`platforms\` of ${base}, or remove it from ${project}.`).join('\n'),
    },
  );
}

/** `undefined` if only the builder knows them, or other targets make them. */
function platformsOf(options: Options, isPart = true): readonly Platform[] | undefined {
  const parts = readTargetParts(options);
  // The parts are checked one by one.
  if (isPart && parts !== undefined && parts.platform === undefined) return undefined;
  const isNamed = options['platform'] !== undefined || options['platforms'] !== undefined;
  if (!isNamed && engineOf(options) !== 'native') return undefined;
  return writtenPlatforms(parts?.platform === undefined ? options : { platform: parts.platform });
}

function list(platforms: readonly Platform[]): string {
  return platforms.map(formatPlatform).join(' and ');
}
