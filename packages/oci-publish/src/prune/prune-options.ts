import { z } from 'zod';

import { problemsToError } from '../text/problem';
import { readWritten, writtenFlag, writtenName, writtenTexts } from '../text/read-written';

const FORMATS = ['table', 'json'] as const;

/** Options of a prune target. */
export const pruneOptionsSchema = z.object({
  olderThan: writtenName.optional().meta({
    description: 'Remove only what was not built, or for layers not used, for this long: minutes, hours, days or weeks.',
    examples: ['7d', '36h', '2w'],
  }),
  keepLast: z
    .union(
      [
        z.int(),
        z
          .string()
          .regex(/^\d{1,6}$/)
          .transform(Number),
      ],
      'write a whole number, such as 3',
    )
    .optional()
    .meta({
      description: 'Keep this many of the newest images of each project, in each engine; from 1 on, its folder in dist/images stays, too.',
      examples: [3],
      minimum: 1,
    }),
  projects: writtenTexts.meta({
    description:
      'Projects whose images are removed. By default the project of the target if it builds an image, else all, and what is left of projects that no longer exist.',
    examples: [['api', 'web']],
  }),
  dryRun: writtenFlag.optional().describe('Show what would be removed, and remove nothing.'),
  builderCache: writtenFlag
    .optional()
    .describe(
      "Also empty the cache of Docker's builder, which it shares with everything that it builds on this machine; `olderThan` limits it. Podman and buildah have none: their cache is in their images.",
    ),
  format: z.enum(FORMATS, 'write `table` or `json`').optional().meta({
    description: 'What is printed: a table, or the same as JSON.',
    default: 'table',
  }),
});

/** The options of `nx-oci:prune` as a user writes them. */
export type PruneOptions = Readonly<z.input<typeof pruneOptionsSchema>>;

/** Which images may go. */
export interface PruneRules {
  /** Only what is at least this old. */
  readonly olderThanMs: number | undefined;
  /** Of each project and engine. */
  readonly keepLast: number;
}

export interface NormalizedPruneOptions extends PruneRules {
  readonly projects: readonly string[] | undefined;
  readonly isDryRun: boolean;
  readonly builderCache: boolean;
  readonly format: (typeof FORMATS)[number];
}

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};

/**
 * @param projects all of the workspace.
 * @throws OciError `OPTIONS_INVALID` with all problems.
 */
export function normalizePruneOptions(written: unknown, projects: readonly string[], env: NodeJS.ProcessEnv): NormalizedPruneOptions {
  const { options = {}, problems } = readWritten(pruneOptionsSchema, written);
  const lines = [...problems];
  // On the command line, commas separate them.
  const chosen = options.projects?.flatMap((text) => text.split(','));
  const unknown = (chosen ?? []).filter((project) => !projects.includes(project));
  lines.push(...unknown.map((project) => `\`projects\` names ${project}, which is not a project → correct the name`));
  const olderThanMs = options.olderThan === undefined ? undefined : readDuration(options.olderThan);
  if (options.olderThan !== undefined && olderThanMs === undefined) {
    lines.push(`\`olderThan\` is "${options.olderThan}" → write a number and m, h, d or w: 7d`);
  }
  // Not in the schema, so that all problems are reported together.
  if ((options.keepLast ?? 1) < 1) lines.push(`\`keepLast\` is ${options.keepLast ?? ''} → write 1 or more, or leave it out`);
  if (lines.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot remove local images', lines);
  return {
    olderThanMs,
    keepLast: options.keepLast ?? 0,
    projects: chosen,
    isDryRun: options.dryRun ?? env['NX_DRY_RUN'] === 'true',
    builderCache: options.builderCache ?? false,
    format: options.format ?? 'table',
  };
}

function readDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^\s*(\d{1,6})\s*([mhdw])\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
