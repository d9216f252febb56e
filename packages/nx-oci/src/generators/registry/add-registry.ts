import { isDeepStrictEqual } from 'node:util';

import { OciError } from '@nx-oci/model';
import { stringify } from 'yaml';
import {
  describeProblem,
  isLoopback,
  type ParsedRegistries,
  parseRegistries,
  problemsToError,
  type RawRegistries,
  type RawRegistry,
  REGISTRIES_FILE,
  replaceVariables,
} from '@nx-oci/publish';

import { compareLines } from '../compare-lines';
import { type Before, insertDefault, insertEntry } from './insert-text';

/** A registry to add to the file. */
export interface RequestedRegistry {
  readonly name: string;
  readonly entry: RawRegistry;
  /** Whether to add it to `publish.registries`; `undefined`: only if there is no default yet. */
  readonly isDefault: boolean | undefined;
  /** Whether to overwrite a different entry of that name. */
  readonly isForced: boolean;
}

/** The new text of the file, and what changed. */
export interface AddedRegistry {
  readonly text: string;
  readonly isEntryChanged: boolean;
  readonly isDefaultChanged: boolean;
}

/**
 * The only registry of a file is a default without being named, as long as it is the only one. It stays one, unless it is on this
 * machine, as that of a new workspace: the first real registry takes its place.
 */
export function unnamedDefaults(text: string): readonly string[] {
  const { registries, publish } = parseChecked(text).content;
  const [only, another] = Object.entries(registries ?? {});
  if (publish?.registries !== undefined || only === undefined || another !== undefined) return [];
  const [name, { host }] = only;
  return isLoopback(replaceVariables(host, {}).text) ? [] : [name];
}

/**
 * Adds a registry to the text of registries.yaml. Keeps every other byte.
 *
 * @param unnamed what must stay a default although another registry joins it.
 * @throws OciError `CONFIGURATION_INVALID` if the existing file is invalid, or of a form that cannot be kept; `OPTIONS_INVALID`
 *   if it has another entry of that name
 */
export function addRegistry(file: string, wanted: RequestedRegistry, unnamed = unnamedDefaults(file)): AddedRegistry {
  const { name, entry } = wanted;
  // The parser does not count it.
  const mark = file.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = file.slice(mark.length);
  const { content } = parseChecked(text);
  const registries = content.registries ?? {};
  // Names of properties that every object has, such as `constructor`, are names of entries, too.
  const existing = Object.hasOwn(registries, name) ? registries[name] : undefined;
  const isEntryChanged = !isDeepStrictEqual(existing, entry);
  if (existing !== undefined && isEntryChanged && !wanted.isForced) throw refuseOther(name, existing, entry);
  const written = content.publish?.registries;
  const defaults = written ?? unnamed;
  const isDefaultChanged = (wanted.isDefault ?? defaults.length === 0) && !defaults.includes(name);
  const toName = written === undefined && existing === undefined ? unnamed : [];
  const withEntry = isEntryChanged
    ? edit(text, {
        insert: (before) => insertEntry(before, name, entry),
        expected: { ...content, registries: { ...registries, [name]: entry } },
        lines: { registries: { [name]: entry } },
      })
    : text;
  const names = [...(written ?? toName), ...(isDefaultChanged ? [name] : [])];
  const withDefaults =
    isDefaultChanged || toName.length > 0
      ? edit(withEntry, {
          insert: (before) => insertDefault(before, names),
          expected: { ...parseChecked(withEntry).content, publish: { ...content.publish, registries: names } },
          lines: { publish: { registries: names } },
        })
      : withEntry;
  return { text: mark + withDefaults, isEntryChanged, isDefaultChanged };
}

interface Edit {
  /** Inserts text, which keeps every byte around it; `undefined` if the YAML has no usual form. */
  readonly insert: (before: Before) => string | undefined;
  /** What the file then has to contain. */
  readonly expected: RawRegistries;
  /** What a user has to write instead, if the insertion does not lead to that. */
  readonly lines: object;
}

function edit(text: string, { insert, expected, lines }: Edit): string {
  const inserted = insert({ text, document: parseChecked(text).document });
  if (inserted !== undefined && contains(inserted, expected)) return inserted;
  throw new OciError(
    'CONFIGURATION_INVALID',
    `Cannot add to ${REGISTRIES_FILE}: its YAML has a form, such as an anchor that others refer to, that allows no insertion without a change of the rest.`,
    { hint: `Nothing was written. Change it by hand, and run again; it has to contain:\n${stringify(lines).trimEnd()}` },
  );
}

function contains(text: string, expected: RawRegistries): boolean {
  const { problems, content } = parseRegistries(text);
  return problems.length === 0 && isDeepStrictEqual(content, expected);
}

function parseChecked(text: string): ParsedRegistries {
  const parsed = parseRegistries(text);
  if (parsed.problems.length === 0) return parsed;
  throw problemsToError('CONFIGURATION_INVALID', `Cannot add to ${REGISTRIES_FILE}`, parsed.problems.map(describeProblem));
}

function refuseOther(name: string, existing: RawRegistry, entry: RawRegistry): OciError {
  const difference = compareLines(stringify(existing), stringify(entry)).map((line) => `  ${line}`);
  return new OciError(
    'OPTIONS_INVALID',
    [`Cannot add the registry ${name}: ${REGISTRIES_FILE} already has a different one with this name.`, ...difference].join('\n'),
    {
      hint: 'Nothing was written. Choose another --name, or overwrite it with --force.',
    },
  );
}
