import { z } from 'zod';
import { problemsToError, readWritten, writtenFlag, writtenText } from '@nx-oci/publish';

/** Beside the images, where neither Nx nor git touches it. */
const REPORT_FILE = 'dist/images/rebase.json';

/** Options of a rebase target. */
export const rebaseOptionsSchema = z.object({
  dryRun: writtenFlag.optional().meta({
    description: 'Show which images would be put on their new base, and change nothing.',
    default: false,
  }),
  outputFile: writtenText.min(1, 'name a file, such as dist/images/rebase.json').optional().meta({
    description: 'File for the report as JSON, relative to the workspace root.',
    default: REPORT_FILE,
  }),
});

/** The options of `nx-oci:rebase` as a user writes them. */
export type RebaseOptions = Readonly<z.input<typeof rebaseOptionsSchema>>;

export interface NormalizedRebaseOptions {
  readonly isDryRun: boolean;
  /** From the workspace root. */
  readonly outputFile: string;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(written: unknown, env: NodeJS.ProcessEnv): NormalizedRebaseOptions {
  const { options = {}, problems } = readWritten(rebaseOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot put images on new bases', problems);
  return { isDryRun: options.dryRun ?? env['NX_DRY_RUN'] === 'true', outputFile: options.outputFile ?? REPORT_FILE };
}
