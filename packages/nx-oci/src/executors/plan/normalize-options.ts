import { z } from 'zod';
import { problemsToError, readWritten, writtenText } from '@nx-oci/publish';

const FORMATS = ['table', 'json', 'matrix'] as const;

/** Beside the images, where neither Nx nor git touches it. */
const PLAN_FILE = 'dist/images/plan.json';

/** Options of a plan target. */
export const planOptionsSchema = z.object({
  format: z.enum(FORMATS, 'write `table`, `json` or `matrix`').optional().meta({
    description: 'What is printed: a table, the whole plan as JSON, or a matrix for `strategy.matrix` of GitHub Actions.',
    default: 'table',
  }),
  outputFile: writtenText.min(1, 'name a file, such as dist/images/plan.json').optional().meta({
    description: 'File for the plan as JSON, relative to the workspace root.',
    default: PLAN_FILE,
  }),
  release: writtenText.optional().meta({
    description: 'Plan the release of this version. Without it, a git tag v1.2.3 at HEAD is a release.',
    examples: ['1.2.3'],
  }),
});

/** The options of `nx-oci:plan` as a user writes them. */
export type PlanOptions = Readonly<z.input<typeof planOptionsSchema>>;

export interface NormalizedPlanOptions {
  /** What is printed. */
  readonly format: (typeof FORMATS)[number];
  /** From the workspace root. */
  readonly outputFile: string;
  /** The version that the publish would release. */
  readonly release: string | undefined;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(written: unknown): NormalizedPlanOptions {
  const { options = {}, problems } = readWritten(planOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot plan the images of the workspace', problems);
  return { format: options.format ?? 'table', outputFile: options.outputFile ?? PLAN_FILE, release: options.release };
}
