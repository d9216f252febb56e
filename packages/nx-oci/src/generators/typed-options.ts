import { describeNoText, EMPTY_TEXT, problemsToError } from '@nx-oci/publish';

import { readCommandLine, restoreText } from '../nx/command-line';

/**
 * Options of a generator with the texts that were typed in place of what Nx (22 to 24) makes of them before it calls one:
 * `--namespace=1e3` arrives as 1000, `--namespace=true` as true.
 *
 * @param names of the options that are texts, or lists of them
 * @param argv the command line of the process: a generator runs in that of `nx`
 * @throws OciError `OPTIONS_INVALID` for a number that was not typed (it stands in nx.json, perhaps), and for a text that was typed
 * and is empty: its variable is not set, and the default would be another one than was meant. An empty answer to a prompt is none.
 */
export function readTyped<Options extends object>(
  options: Options,
  names: readonly (keyof Options & string)[],
  argv: readonly string[],
): Options {
  const typed = readCommandLine(argv);
  const read = { ...options };
  const problems: string[] = [];
  for (const name of names.filter((known) => options[known] !== undefined)) {
    const texts = typed.get(name) ?? [];
    const value: unknown = restore(options[name], texts);
    const wrong = [value].flat().find((item) => typeof item === 'number' || typeof item === 'boolean');
    if (wrong !== undefined) problems.push(`\`${name}\`: ${describeNoText(wrong)}.`);
    else if (texts.length > 0 && isEmpty(value)) problems.push(`\`${name}\`: ${EMPTY_TEXT} Leave it out for the default.`);
    read[name] = value as Options[typeof name];
  }
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot use these options', problems);
  return read;
}

function restore(value: unknown, texts: readonly string[]): unknown {
  if (typeof value === 'boolean' && texts.length === 1 && texts[0] === String(value)) return texts[0];
  return restoreText(value, texts) ?? value;
}

function isEmpty(value: unknown): boolean {
  const items: readonly unknown[] = [value].flat();
  return items.every((item) => typeof item === 'string' && item.trim() === '');
}
