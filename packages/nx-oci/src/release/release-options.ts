import { PUBLISH_OPTION_NAMES, type PublishOptions, publishOptionsSchema } from '@nx-oci/publish';
import { z } from 'zod';

import { readVersionData, type VersionData } from './version-data';

/** Options of `nx-oci:release-publish`: those of `nx-oci:publish`, and the name of the target with the rest of them. */
export const releaseOptionsSchema = publishOptionsSchema.extend({
  publishTarget: z
    .string()
    .optional()
    .meta({ description: 'The nx-oci:publish target whose options are used. Required if the project has several.', examples: ['publish'] }),
});

export type WrittenReleaseOptions = Readonly<z.input<typeof releaseOptionsSchema>>;

/** The options of a release task, separated by their purpose. */
export interface ReleaseOptions {
  readonly publishTarget: string | undefined;
  readonly isFirstRelease: boolean;
  readonly versionData: VersionData | undefined;
  /** The options for the publish itself; take precedence over those of the publish target. */
  readonly publish: PublishOptions;
}

/**
 * Separates the options of a release task.
 *
 * The command line of `nx release` is for all kinds of publishing at once: `--tag`, `--otp`, `--access` and `--registry` are for
 * npm, and anything unknown is for other tools. Options in project.json or nx.json are for nx-oci, and stay, so that a mistake in
 * them is reported.
 *
 * @param arrived options and command line, as Nx combined them
 * @param written options of the target alone
 */
export function readReleaseOptions(arrived: object, written: object): ReleaseOptions {
  const { publishTarget, firstRelease, nxReleaseVersionData, ...others } = arrived as Readonly<Record<string, unknown>>;
  const isForUs = ([name]: readonly [string, unknown]) => PUBLISH_OPTION_NAMES.includes(name) || Object.hasOwn(written, name);
  return {
    publishTarget: typeof publishTarget === 'string' ? publishTarget : undefined,
    isFirstRelease: firstRelease === true,
    versionData: readVersionData(nxReleaseVersionData),
    publish: Object.fromEntries(Object.entries(others).filter(isForUs)),
  };
}
