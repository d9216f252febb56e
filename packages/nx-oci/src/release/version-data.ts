import { z } from 'zod';
import { matchSchema } from '@nx-oci/publish';

const schema = z.record(
  z.string(),
  z.looseObject({
    /** Its new version; `null` if nothing changed. */
    newVersion: z.string().nullish(),
    /** The version of `release.docker`, which need not be semantic; only set by @nx/docker. */
    dockerVersion: z.string().nullish(),
  }),
);

/** The decisions of `nx release` in this run, by project: its option `nxReleaseVersionData` (Nx 22 to 24). */
export type VersionData = Readonly<z.output<typeof schema>>;

/** @returns `undefined` if there is none, or an unknown format: a separate `nx release publish` has none */
export function readVersionData(written: unknown): VersionData | undefined {
  return matchSchema(schema, written).data;
}
