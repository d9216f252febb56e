import { z } from 'zod';
import { problemsToError, readWritten, TAG_CHOICES, type TagChoice, writtenChoice, writtenFlag, writtenTexts } from '@nx-oci/publish';

/** Options of a pin target. */
export const pinOptionsSchema = z.object({
  files: writtenTexts.meta({
    description:
      'Files to pin: globs from the workspace root, as git has them; one that begins with ! takes files away. By default the tracked YAML files, except those of CI systems.',
    examples: [['deploy/**/*.yaml', '!deploy/legacy/**']],
  }),
  registries: writtenTexts.meta({
    description:
      'Names of entries in registries.yaml, in which the images are looked up and whose names are pinned, instead of those that they publish to.',
    examples: [['ghcr']],
  }),
  tag: writtenChoice(TAG_CHOICES).optional().meta({
    description:
      'The tag before the digest. auto: the exact version, else the tag in the file if it names the same image, else the tag of the commit. keep: the tag in the file.',
    default: 'auto',
  }),
  check: writtenFlag.optional().meta({
    description: 'Write nothing, and fail if a file is behind what is published.',
    default: false,
  }),
  dryRun: writtenFlag.optional().describe('Show the difference to the files, and write nothing.'),
  force: writtenFlag.optional().describe('Pin older images, too, and those that were published with uncommitted changes.'),
});

/** The options of `nx-oci:pin` as a user writes them. */
export type PinOptions = Readonly<z.input<typeof pinOptionsSchema>>;

export interface NormalizedPinOptions {
  readonly files: readonly string[] | undefined;
  /** Instead of those of the publish targets. */
  readonly registries: readonly string[] | undefined;
  readonly tag: TagChoice;
  readonly mode: 'write' | 'dryRun' | 'check';
  readonly isForced: boolean;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(written: unknown, env: NodeJS.ProcessEnv): NormalizedPinOptions {
  const { options = {}, problems } = readWritten(pinOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot pin the images', problems);
  const { files, registries, tag = 'auto', check = false, dryRun = false, force = false } = options;
  const isDryRun = dryRun || env['NX_DRY_RUN'] === 'true';
  return { files, registries, tag, mode: check ? 'check' : isDryRun ? 'dryRun' : 'write', isForced: force };
}
