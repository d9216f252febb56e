import { nearestName, quote } from '@nx-oci/model';
import { z } from 'zod';

import { suggestName } from '../configuration/problem';
import { matchSchema } from '../match-schema';

/** The command line makes a number of what looks like one: `--tags=22` arrives as 22. */
export const writtenText = z.union([z.string(), z.number().transform(String)], 'write a text');

/** A single entry may stand without a list around it. */
export const writtenTexts = z
  .union([z.array(writtenText).readonly(), writtenText.transform((only) => [only] as const)], 'write a name, or a list of names')
  .optional();

/** What could be read, and what is wrong, as `what → the fix`. */
export interface ReadOptions<Options> {
  readonly options: Options | undefined;
  readonly problems: readonly string[];
}

/** Reads options as they were written; all mistakes are returned together. */
export function readWritten<Schema extends z.ZodObject>(schema: Schema, written: unknown): ReadOptions<z.output<Schema>> {
  const known = Object.keys(schema.shape);
  const problems = Object.entries(written ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => complainUnknown(name, value, known));
  const { data, error } = matchSchema(schema, written ?? {});
  problems.push(...(error?.issues ?? []).map(({ path, message }) => `\`${path.join('.')}\`: ${message}.`));
  return { options: data, problems };
}

function complainUnknown(name: string, value: unknown, known: readonly string[]): string {
  // Words of the command line that belong to no option arrive under this name.
  if (name === '_') return `${quote(String(value))} belongs to no option → an option is written --name=value`;
  return `\`${name}\` is no option → ${suggestName(nearestName(name, known), known)}`;
}
