import { nearestName, quote } from '@nx-oci/model';
import { z } from 'zod';

import { suggestName } from './problem';
import { matchSchema } from './match-schema';
import { describeNotText, EMPTY_TEXT, endSentence } from './written-text';

/** Text. A number is not text: 1.10 is parsed as 1.1, which loses how it was written. */
export const writtenText = z.string({ error: ({ input }) => describeNotText(input) });

/** The same, but an empty text is a mistake, usually due to an unset variable. */
export const writtenName = writtenText.min(1, EMPTY_TEXT);

/** A boolean. Nx converts 'true' and 'false' from the command line; everything else is a mistake. */
export const writtenFlag = z.boolean('write true or false');

/** One word of a list; for a wrong one, the fix suggests the most similar word. */
export function writtenChoice<const Choices extends readonly string[]>(choices: Choices) {
  const error = ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string'
      ? `${quote(input)} is unknown → ${suggestName(nearestName(input, choices), choices)}`
      : describeNotText(input);
  return z.enum(choices, { error });
}

/** A single entry may be written without a list. */
export const writtenTexts = z
  .union([z.array(writtenName).readonly(), writtenName.transform((only) => [only] as const)], { error: describeNoList })
  .optional();

function describeNoList({ input }: { readonly input?: unknown }): string {
  const items: readonly unknown[] = [input].flat();
  if (items.includes('')) return EMPTY_TEXT;
  const wrong = items.find((item) => typeof item === 'number' || typeof item === 'boolean');
  return wrong === undefined ? 'write a name, or a list of names' : describeNotText(wrong);
}

/** The valid options, and the problems, as `what → the fix`. */
export interface ReadOptions<Options> {
  readonly options: Options | undefined;
  readonly problems: readonly string[];
}

/** Reads options as written; returns all mistakes together. */
export function readWritten<Schema extends z.ZodObject>(schema: Schema, written: unknown): ReadOptions<z.output<Schema>> {
  const known = Object.keys(schema.shape);
  const problems = Object.entries(written ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => describeUnknown(name, value, known));
  const { data, error } = matchSchema(schema, written ?? {});
  problems.push(...(error?.issues ?? []).map(({ path, message }) => `\`${path.join('.')}\`: ${endSentence(message)}`));
  return { options: data, problems };
}

function describeUnknown(name: string, value: unknown, known: readonly string[]): string {
  // Nx passes words of the command line that belong to no option under this name.
  if (name === '_') return `${quote(String(value))} is not an option → write options as --name=value`;
  return `unknown option \`${name}\` → ${suggestName(nearestName(name, known), known)}`;
}
