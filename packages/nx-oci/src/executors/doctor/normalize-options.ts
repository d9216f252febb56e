import { z } from 'zod';
import { problemsToError, readWritten, writtenFlag, writtenTexts } from '@nx-oci/publish';

/** Options of a doctor target. */
export const doctorOptionsSchema = z.object({
  registries: writtenTexts.meta({
    description:
      'Names of entries in registries.yaml. By default those that the project publishes to, or all of them if the project publishes nothing.',
    examples: [['ghcr', 'corp']],
  }),
  push: writtenFlag.optional().meta({
    description: 'Open and cancel an upload in each repository to test push access. false only reads.',
    default: true,
  }),
});

/** The options of `nx-oci:doctor` as a user writes them. */
export type DoctorOptions = Readonly<z.input<typeof doctorOptionsSchema>>;

export interface NormalizedDoctorOptions {
  /** Names of entries in registries.yaml; by default all that receive images. */
  readonly registries: readonly string[] | undefined;
  /** Whether to open and cancel uploads, as a test of push access. */
  readonly isPushTried: boolean;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(written: unknown): NormalizedDoctorOptions {
  const { options = {}, problems } = readWritten(doctorOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot check the registries', problems);
  return { registries: options.registries, isPushTried: options.push ?? true };
}
