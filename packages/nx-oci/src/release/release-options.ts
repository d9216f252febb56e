import { PUBLISH_OPTION_NAMES, type PublishOptions, publishOptionsSchema } from '@nx-oci/publish';
import { z } from 'zod';

import { readVersionData, type VersionData } from './version-data';

/** Options of `nx-oci:release-publish`: those of `nx-oci:publish`, and what chooses where the rest of them is written. */
export const releaseOptionsSchema = publishOptionsSchema.extend({
  publishTarget: z.string().optional().describe('The nx-oci:publish target whose options are used. Required if the project has several.'),
});

export type WrittenReleaseOptions = Readonly<z.input<typeof releaseOptionsSchema>>;

/** What arrived at a release task, taken apart. */
export interface ReleaseOptions {
  readonly publishTarget: string | undefined;
  readonly isFirstRelease: boolean;
  readonly versionData: VersionData | undefined;
  /** What is left for the publish itself; wins over the options of the publish target. */
  readonly publish: PublishOptions;
}

/**
 * Takes apart what arrives at a release task.
 *
 * The command line of `nx release` speaks to all kinds of publishing at once: `--tag`, `--otp`, `--access` and
 * `--registry` are meant for npm, and anything unknown is meant for others. What is set in project.json or nx.json is
 * meant for nx-oci, and stays, so that a mistake in it is reported.
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
