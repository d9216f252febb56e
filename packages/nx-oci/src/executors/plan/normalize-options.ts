import { z } from 'zod';
import { problemsToError, readWritten, writtenText } from '@nx-oci/publish';

const FORMATS = ['table', 'json', 'matrix'] as const;

const schema = z.object({
  format: z.enum(FORMATS, 'write `table`, `json` or `matrix`').optional(),
  outputFile: writtenText.min(1, 'name a file, such as dist/images/plan.json').optional(),
  release: writtenText.optional(),
});

/** The options of `nx-oci:plan` as a user writes them. */
export type PlanOptions = Readonly<z.input<typeof schema>>;

export interface NormalizedPlanOptions {
  /** What is printed. */
  readonly format: (typeof FORMATS)[number];
  /** From the workspace root. */
  readonly outputFile: string;
  /** The version that the publish would release. */
  readonly release: string | undefined;
}

/** Beside the images, where Nx and git leave it alone. */
const PLAN_FILE = 'dist/images/plan.json';

/** @throws OciError `OPTIONS_INVALID` with everything that is wrong. */
export function normalizeOptions(written: unknown): NormalizedPlanOptions {
  const { options = {}, problems } = readWritten(schema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot plan the images of the workspace', problems);
  return { format: options.format ?? 'table', outputFile: options.outputFile ?? PLAN_FILE, release: options.release };
}
