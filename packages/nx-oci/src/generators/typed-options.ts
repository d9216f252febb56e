import { EMPTY_TEXT, matchSchema, problemsToError, readWritten } from '@nx-oci/publish';
import { z } from 'zod';

import { readCommandLine, restoreText } from '../nx/command-line';

/**
 * Restores the typed texts of options that Nx (22 to 24) converted before it calls a generator: `--namespace=1e3` arrives as
 * 1000, `--namespace=true` as true.
 *
 * @param argv the command line of the process: a generator runs in the process of `nx`
 * @throws OciError `OPTIONS_INVALID` with all problems: what the schema refuses, a number that was not typed (but is in nx.json,
 *   perhaps), and a typed text that is empty, since its variable is probably unset and the default would be wrong. An empty
 *   answer to a prompt is allowed.
 */
export function readTyped<Schema extends z.ZodObject>(options: object, schema: Schema, argv: readonly string[]): z.output<Schema> {
  const { options: read, problems } = readTypedPartly(options, schema, argv);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot use these options', problems);
  return read as z.output<Schema>;
}

/** Options of which some may be wrong. */
export interface PartlyRead<Options> {
  /** The valid options: all of them if there is no problem. */
  readonly options: Partial<Options>;
  readonly problems: readonly string[];
}

/** The same, for a caller that has more to check and reports everything together. */
export function readTypedPartly<Schema extends z.ZodObject>(
  options: object,
  schema: Schema,
  argv: readonly string[],
): PartlyRead<z.output<Schema>> {
  const typed = readCommandLine(argv);
  const read: Record<string, unknown> = { ...options };
  const empty: string[] = [];
  for (const name of textNames(schema).filter((known) => read[known] !== undefined)) {
    const texts = typed.get(name) ?? [];
    const value = restore(read[name], texts);
    read[name] = value;
    if (texts.length === 0 || !isEmpty(value)) continue;
    empty.push(`\`${name}\`: ${EMPTY_TEXT} Omit it for the default.`);
    read[name] = undefined;
  }
  const { options: known, problems } = readWritten(schema, read);
  return { options: known ?? validOnes(schema, read), problems: [...problems, ...empty] };
}

function validOnes<Schema extends z.ZodObject>(schema: Schema, read: Readonly<Record<string, unknown>>): Partial<z.output<Schema>> {
  const valid = Object.entries(schema.shape).flatMap(([name, option]) => {
    const { success, data } = matchSchema(option as z.ZodType, read[name]);
    return success && data !== undefined ? [[name, data]] : [];
  });
  return Object.fromEntries(valid) as Partial<z.output<Schema>>;
}

/** All except boolean options. */
function textNames(schema: z.ZodObject): readonly string[] {
  const isSwitch = (option: unknown): boolean =>
    option instanceof z.ZodOptional ? isSwitch(option.unwrap()) : option instanceof z.ZodBoolean;
  return Object.entries(schema.shape).flatMap(([name, option]) => (isSwitch(option) ? [] : [name]));
}

function restore(value: unknown, texts: readonly string[]): unknown {
  if (typeof value === 'boolean' && texts.length === 1 && texts[0] === String(value)) return texts[0];
  return restoreText(value, texts) ?? value;
}

function isEmpty(value: unknown): boolean {
  const items: readonly unknown[] = [value].flat();
  return items.every((item) => typeof item === 'string' && item.trim() === '');
}
