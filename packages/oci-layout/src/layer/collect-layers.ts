import { OciError } from '@nx-oci/model';

import { modeOfFolder } from './file-mode';
import type { FolderEntry, LayerEntry } from './layer-entry';
import type { LayerSource } from './layer-source';
import { normalizeSource, type NormalizedSource } from './normalize-source';
import { throwProblems } from './source-problem';
import { walkSource, type WalkedSource } from './walk-source';

/** Lists the entries of a source; images that are built together list each of them once. */
export type WalkSource = (source: LayerSource, normalized: NormalizedSource) => Promise<WalkedSource>;

/**
 * Lists the entries of every layer, in the byte order of their paths and with every parent folder: engines create missing
 * parents with arbitrary modes, old Docker engines with 0600. See `keepBaseFolders`.
 *
 * @throws OciError `OPTIONS_INVALID`; `LAYER_SOURCE_MISSING` or `LAYER_SOURCE_INVALID` with all problems of all layers.
 */
export async function collectLayers(
  layers: readonly (readonly LayerSource[])[],
  walk: WalkSource = (_source, normalized) => walkSource(normalized),
): Promise<readonly (readonly LayerEntry[])[]> {
  const normalized = layers.map((sources) => sources.map((source) => ({ source, normalized: normalizeSource(source) })));
  const walked = await Promise.all(normalized.map((sources) => Promise.all(sources.map((one) => walk(one.source, one.normalized)))));
  throwProblems(walked.flat().flatMap(({ problems }) => problems));
  const merged = walked.map((sources) => mergeEntries(sources.flatMap(({ entries }) => entries)));
  const folders = new Map(merged.flat().flatMap((entry) => (entry.kind === 'folder' ? [[entry.path, entry] as const] : [])));
  const complete = merged.map((entries) => sortByBytes([...entries, ...missingParents(entries, folders)]));
  refuseHiding(complete.flat());
  return complete;
}

/** Of two sources with the same path, the later wins, as with two COPY lines. */
function mergeEntries(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  const byPath = new Map<string, LayerEntry>();
  for (const entry of entries) {
    const other = byPath.get(entry.path);
    if (other !== undefined && (other.kind === 'folder') !== (entry.kind === 'folder')) throw clash(entry.path);
    byPath.set(entry.path, entry);
  }
  return [...byPath.values()];
}

function missingParents(entries: readonly LayerEntry[], declared: ReadonlyMap<string, FolderEntry>): readonly LayerEntry[] {
  const present = new Map(entries.map((entry) => [entry.path, entry.kind]));
  const missing = new Map<string, FolderEntry>();
  for (const { path } of entries) {
    for (const parent of parentsOf(path)) {
      const kind = present.get(parent);
      if (kind !== undefined && kind !== 'folder') throw clash(parent);
      if (kind === undefined) missing.set(parent, declared.get(parent) ?? impliedFolder(parent));
    }
  }
  return [...missing.values()];
}

function parentsOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function impliedFolder(path: string): FolderEntry {
  return { kind: 'folder', path, uid: 0, gid: 0, mode: modeOfFolder(path), isOwnerGiven: false };
}

/** By the bytes of the path without a folder's closing slash, so that each folder precedes its content. */
function sortByBytes(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  return entries
    .map((entry) => ({ entry, key: Buffer.from(entry.path) }))
    .sort((one, other) => Buffer.compare(one.key, other.key))
    .map(({ entry }) => entry);
}

/** Engines extract each layer separately: a folder replaces a link of a lower layer, and hides every file behind it. */
function refuseHiding(entries: readonly LayerEntry[]): void {
  const others = new Set(entries.flatMap(({ kind, path }) => (kind === 'folder' ? [] : [path])));
  for (const { path } of entries.filter(({ kind }) => kind === 'folder')) {
    if (others.has(path)) throw clash(path);
  }
}

function clash(path: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot build the image: /${path} is a folder in one layer source and a file in another.`, {
    hint: 'Change the `to` of one of them, or `exclude` the file.',
  });
}
