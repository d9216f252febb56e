import { z } from 'zod';
import { problemsToError, readWritten, writtenTexts } from '@nx-oci/publish';

const schema = z.object({ registries: writtenTexts, push: z.boolean().optional() });

/** The options of `nx-oci:doctor` as a user writes them. */
export type DoctorOptions = Readonly<z.input<typeof schema>>;

export interface NormalizedDoctorOptions {
  /** Names of entries in registries.yaml; all that images go to by default. */
  readonly registries: readonly string[] | undefined;
  /** Whether uploads are opened and cancelled, to see who may push. */
  readonly isPushTried: boolean;
}

/** @throws OciError `OPTIONS_INVALID` with everything that is wrong. */
export function normalizeOptions(written: unknown): NormalizedDoctorOptions {
  const { options = {}, problems } = readWritten(schema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot look at the registries', problems);
  return { registries: options.registries, isPushTried: options.push ?? true };
}
