import { nearestName } from '@nx-oci/model';
import { z } from 'zod';

import { suggestName } from '../../configuration/problem';
import { matchSchema } from '../../match-schema';

// The command line makes a number of what looks like one: `--tags=22` arrives as 22.
const text = z.union([z.string(), z.number().transform(String)]);

/** A single entry may stand without a list around it. */
const texts = z.union([z.array(text).readonly(), text.transform((only) => [only] as const)]).optional();

const schema = z.object({
  from: texts,
  mirrors: z.boolean().optional(),
  to: texts,
  tags: texts,
  image: text.optional(),
  platforms: texts,
  referrers: z.boolean().optional(),
  noClobber: z.boolean().optional(),
  onFailure: z.enum(['abort', 'continue']).optional(),
  dryRun: z.boolean().optional(),
});

/** The options of `nx-oci:copy` as a user writes them. */
export type CopyOptions = Readonly<z.input<typeof schema>>;

/** The same once they are read: lists are lists. */
export type ReadCopyOptions = Readonly<z.output<typeof schema>>;

/** Reads options as they were written; all mistakes are returned together, as sentences that hold the fix. */
export function readCopyOptions(written: unknown): { readonly options: ReadCopyOptions; readonly problems: readonly string[] } {
  const known = Object.keys(schema.shape);
  const problems = Object.entries(written ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => complainUnknown(name, value, known));
  const { data, error } = matchSchema(schema, written ?? {});
  problems.push(...(error?.issues ?? []).map(({ path, message }) => `\`${path.join('.')}\`: ${message}.`));
  return { options: data ?? {}, problems };
}

function complainUnknown(name: string, value: unknown, known: readonly string[]): string {
  // Words of the command line that belong to no option arrive under this name.
  if (name === '_') return `\`${String(value)}\` belongs to no option → an option is written --name=value`;
  return `\`${name}\` is no option → ${suggestName(nearestName(name, known), known)}`;
}
