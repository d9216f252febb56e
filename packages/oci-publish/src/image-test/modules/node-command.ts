import { posix } from 'node:path';

/** The files that a command makes Node load. */
export interface NodeEntry {
  /** As written; absolute, or from the working folder. */
  readonly main: string;
  /** Modules that are loaded before it, by `--require` and `--import`. */
  readonly before: readonly { readonly specifier: string; readonly kind: 'require' | 'import' }[];
}

/** Options of Node whose value is the next word. */
const WITH_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--title',
  '--stack-trace-limit',
]);
/** With these Node runs no file. */
const WITHOUT_FILE = new Set([
  '-e',
  '--eval',
  '-p',
  '--print',
  '-h',
  '--help',
  '-v',
  '--version',
  '-i',
  '--interactive',
  '--test',
  '--run',
  '-',
]);

/** The file that a command makes Node run; `undefined` for another program, or without a file. */
export function findEntry([program = '', ...words]: readonly string[], env: Readonly<Record<string, string>>): NodeEntry | undefined {
  if (!/^node(?:js)?$/.test(posix.basename(program))) return undefined;
  const all = [...(env['NODE_OPTIONS'] ?? '').split(/\s+/).filter((word) => word !== ''), ...words];
  const before: NodeEntry['before'][number][] = [];
  for (let index = 0; index < all.length; index++) {
    const word = all[index] ?? '';
    const [name, written] = splitOption(word);
    if (WITHOUT_FILE.has(name)) return undefined;
    if (word === '--') return entryOf(all[index + 1], before);
    if (!word.startsWith('-')) return entryOf(word, before);
    const value = written ?? (WITH_VALUE.has(name) ? all[++index] : undefined);
    if (value !== undefined && (name === '-r' || name === '--require')) before.push({ specifier: value, kind: 'require' });
    if (value !== undefined && name === '--import') before.push({ specifier: value, kind: 'import' });
  }
  return undefined;
}

function splitOption(word: string): readonly [string, string?] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals === -1 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}

function entryOf(main: string | undefined, before: NodeEntry['before']): NodeEntry | undefined {
  return main === undefined ? undefined : { main, before };
}
