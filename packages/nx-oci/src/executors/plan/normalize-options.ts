import { z } from 'zod';
import { problemsToError, readWritten, writtenFlag, writtenText } from '@nx-oci/publish';

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
  onlyMovedBases: writtenFlag.optional().meta({
    description: 'Plan only images whose base image moved since they were published: for a job that runs every night.',
    default: false,
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
  /** Whether nothing counts but base images that moved. */
  readonly onlyMovedBases: boolean;
  /** The version that the publish would release. */
  readonly release: string | undefined;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(written: unknown): NormalizedPlanOptions {
  const { options = {}, problems } = readWritten(planOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot plan the images of the workspace', problems);
  const { format = 'table', outputFile = PLAN_FILE, onlyMovedBases = false, release } = options;
  return { format, outputFile, onlyMovedBases, release };
}
