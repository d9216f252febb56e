import { z } from 'zod';
import { matchSchema } from '@nx-oci/publish';

const schema = z.record(
  z.string(),
  z.looseObject({
    /** What its version is from now on; `null` where nothing changed. */
    newVersion: z.string().nullish(),
    /** What `release.docker` made of it, which need not be a semantic version; comes from @nx/docker alone. */
    dockerVersion: z.string().nullish(),
  }),
);

/** What `nx release` decided in this very run, by project: its option `nxReleaseVersionData` (Nx 22 to 24). */
export type VersionData = Readonly<z.output<typeof schema>>;

/** @returns `undefined` if there is none, or none that we understand: a `nx release publish` of its own has none */
export function readVersionData(written: unknown): VersionData | undefined {
  return matchSchema(schema, written).data;
}
