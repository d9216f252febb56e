import { type TaskGraph } from '@nx/devkit';

import { readCommandLine, restoreText } from '../nx/command-line';

/**
 * Restores texts of the command line that Nx (22 to 24) converted to numbers before it calls an executor: `--tags=1.10` arrives
 * as 1.1, `--prefix=` as 0. A number that cannot be traced back to one text stays a number, and is refused later. Pure.
 *
 * @param options as Nx combined them
 * @param graph the tasks of the run: each has its part of the command line as written, and as parsed by Nx
 */
export function restoreTexts<Options extends object>(options: Options, graph: Pick<TaskGraph, 'tasks'> | undefined): Options {
  const written = readCommandLines(graph);
  if (written.size === 0) return options;
  return mapEntries(options, '', (path, value) => {
    const lines = written.get(path) ?? [];
    const restored = lines.map((texts) => restoreText(value, texts));
    const [first, ...others] = restored.filter((one) => one !== undefined);
    // Two tasks of one run may have different options: a text that fits both does not certainly belong to either.
    return first !== undefined && others.every((other) => JSON.stringify(other) === JSON.stringify(first)) ? first : value;
  });
}

/** The texts of every command line in the run by option, with nested ones as `buildArgs.A`. */
function readCommandLines(graph: Pick<TaskGraph, 'tasks'> | undefined): ReadonlyMap<string, readonly (readonly string[])[]> {
  const lines = new Map<string, readonly string[]>();
  for (const { overrides } of Object.values(graph?.tasks ?? {})) {
    const unparsed = (overrides as { readonly __overrides_unparsed__?: unknown } | undefined)?.__overrides_unparsed__;
    if (!Array.isArray(unparsed) || !unparsed.every((one) => typeof one === 'string')) continue;
    lines.set(JSON.stringify(unparsed), unparsed);
  }
  const found = new Map<string, (readonly string[])[]>();
  for (const line of lines.values()) {
    for (const [name, texts] of readCommandLine(line)) found.set(name, [...(found.get(name) ?? []), texts]);
  }
  return found;
}

function mapEntries<Value extends object>(value: Value, path: string, change: (path: string, value: unknown) => unknown): Value {
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    const place = path === '' ? key : `${path}.${key}`;
    const isMap = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return [key, isMap ? mapEntries(inner, place, change) : change(place, inner)];
  });
  return Object.fromEntries(entries) as Value;
}
