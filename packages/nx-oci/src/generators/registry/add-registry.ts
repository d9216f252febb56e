import { isDeepStrictEqual } from 'node:util';

import { OciError } from '@nx-oci/model';
import { isMap, isSeq, parse, stringify } from 'yaml';
import {
  describeProblem,
  isLoopback,
  type ParsedRegistries,
  parseRegistries,
  problemsToError,
  type RawRegistry,
  REGISTRIES_FILE,
  replaceVariables,
} from '@nx-oci/publish';

import { compareLines } from '../compare-lines';
import { insertDefault, insertEntry } from './insert-text';

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
 * Adds a registry to the text of registries.yaml. Keeps every other byte, as far as its YAML allows.
 *
 * @param unnamed what must stay a default although another registry joins it.
 * @throws OciError `CONFIGURATION_INVALID` if the existing file is invalid; `OPTIONS_INVALID` if it has another entry of that
 *   name
 */
export function addRegistry(text: string, wanted: RequestedRegistry, unnamed = unnamedDefaults(text)): AddedRegistry {
  const { name, entry } = wanted;
  const { content } = parseChecked(text);
  const existing = content.registries?.[name];
  const isEntryChanged = !isDeepStrictEqual(existing, entry);
  if (existing !== undefined && isEntryChanged && !wanted.isForced) throw refuseOther(name, existing, entry);
  const written = content.publish?.registries;
  const defaults = written ?? unnamed;
  const isDefaultChanged = (wanted.isDefault ?? defaults.length === 0) && !defaults.includes(name);
  const toName = written === undefined && existing === undefined ? unnamed : [];
  const withEntry = isEntryChanged
    ? edit(
        text,
        (before) => insertEntry(before, name, entry),
        (document) => writeEntry(document, name, entry),
      )
    : text;
  const withDefaults = [...toName, ...(isDefaultChanged ? [name] : [])].reduce(
    (before, one) =>
      edit(
        before,
        (parsed) => insertDefault(parsed, one),
        (document) => writeDefault(document, one),
      ),
    withEntry,
  );
  return { text: withDefaults, isEntryChanged, isDefaultChanged };
}

type Document = ParsedRegistries['document'];

/**
 * Inserts text, which keeps every byte around it, if the result equals that of changing the parsed node; otherwise changes the
 * node, which keeps comments and order but not all white space.
 */
function edit(
  text: string,
  insert: (before: ParsedRegistries & { text: string }) => string | undefined,
  write: (document: Document) => void,
): string {
  const inserted = insert({ ...parseChecked(text), text });
  const { document } = parseChecked(text);
  write(document);
  const written = document.toString({ lineWidth: 0 });
  return inserted !== undefined && isSame(inserted, written) ? inserted : written;
}

/** Sets an entry under `registries`. */
function writeEntry(document: Document, name: string, entry: RawRegistry): void {
  requireMap(document, 'registries');
  document.setIn(['registries', name], document.createNode(entry));
}

/** Adds a name to `publish.registries`. */
function writeDefault(document: Document, name: string): void {
  requireMap(document, 'publish');
  if (isSeq(document.getIn(['publish', 'registries']))) document.addIn(['publish', 'registries'], name);
  else document.setIn(['publish', 'registries'], document.createNode([name], { flow: true }));
}

/** An existing section without content has a null value, to which nothing can be added. */
function requireMap(document: Document, section: string): void {
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isMap(document.get(section))) document.set(section, document.createNode({}));
}

function isSame(inserted: string, written: string): boolean {
  return parseRegistries(inserted).problems.length === 0 && isDeepStrictEqual(parse(inserted), parse(written));
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
