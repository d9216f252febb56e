import { createHash } from 'node:crypto';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { posix, resolve } from 'node:path';

import { portablePath } from '@nx-oci/model';

import { listSource, stampOf, type LayerEntry } from '@nx-oci/layout';

import { findIgnored } from './ignored-files';
import type { NativeSource } from '../options/native-options';
import { type FileDigests } from './file-digests';
import { type TrackedSource } from './tracked-source';
import { type FoundSources } from './sources-record';
import { walkContext } from './walk-context';

export interface SnapshotContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly digests: FileDigests;
}

/**
 * The current content of each source, in the order of `looks`; `undefined` if it does not exist.
 *
 * Read together, so that git is asked once about the folders of all layers.
 */
export async function snapshotSources(
  looks: readonly TrackedSource[],
  context: SnapshotContext,
): Promise<readonly (FoundSources | undefined)[]> {
  const layers = new Map(looks.flatMap((look) => (look.kind === 'layer' ? [[look, layerSource(look, context)] as const] : [])));
  // The build already handled the outputs of tasks there.
  const ignored = await findIgnored([...layers.values()], { workspaceRoot: context.workspaceRoot, project: '', outputs: [] });
  return Promise.all(
    looks.map((look) => {
      if (look.kind !== 'layer') return snapshotSource(look, context);
      const source = layers.get(look) as NativeSource;
      const judge = ignored.get(source)?.judge;
      return lookAtLayer(look, judge === undefined ? source : { ...source, leaveOut: judge }, context);
    }),
  );
}

async function snapshotSource(look: Exclude<TrackedSource, Look<'layer'>>, context: SnapshotContext): Promise<FoundSources | undefined> {
  const { workspaceRoot, env } = context;
  switch (look.kind) {
    case 'context':
      return lookAtContext(look, context);
    case 'file':
      return lookAtText(look.path, context);
    case 'layout':
      return lookAtFile(posix.join(look.path, 'index.json'), context);
    case 'secret':
      return (await lstatIfThere(resolve(workspaceRoot, look.path))) === undefined ? undefined : { [look.path]: 'there' };
    case 'variable': {
      const value = env[look.name];
      return value === undefined ? undefined : { [look.name]: createHash('sha256').update(value).digest('hex') };
    }
  }
}

type Look<Kind extends TrackedSource['kind']> = TrackedSource & { readonly kind: Kind };

function layerSource(
  { from, to, include, exclude, owner, mode, ignored }: Look<'layer'>,
  { workspaceRoot }: SnapshotContext,
): NativeSource {
  return {
    from: resolve(workspaceRoot, from),
    to,
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(owner && { owner }),
    ...(mode !== undefined && { mode }),
    ...(ignored && { ignored }),
  };
}

async function lookAtLayer(look: Look<'layer'>, source: NativeSource, context: SnapshotContext): Promise<FoundSources | undefined> {
  const entries = await listSource(source);
  if (entries === undefined) return undefined;
  const below = pathInSource(look);
  return Object.fromEntries(
    await Promise.all(entries.map(async (entry) => [below(entry, context), await describeEntry(entry, context)] as const)),
  );
}

/** The path of an entry in the workspace. Folders and links only know their path in the image, so theirs is derived from it. */
function pathInSource({ from, to }: { readonly from: string; readonly to: string }) {
  const start = posix.normalize(to).replace(/^\/+|\/+$/g, '');
  return (entry: LayerEntry, { workspaceRoot }: SnapshotContext): string =>
    entry.kind === 'file' ? portablePath(workspaceRoot, entry.from) : posix.join(from, posix.relative(start, entry.path));
}

async function describeEntry(entry: LayerEntry, { digests }: SnapshotContext): Promise<string> {
  if (entry.kind === 'folder') return 'folder';
  if (entry.kind === 'link') return `-> ${entry.target}`;
  return `${entry.mode.toString(8)} ${await digests.digestOf(entry)}`;
}

async function lookAtContext(
  { path, dockerfile, copied, engine }: Look<'context'>,
  context: SnapshotContext,
): Promise<FoundSources | undefined> {
  const { workspaceRoot } = context;
  const folder = resolve(workspaceRoot, path);
  const place = { folder, ...(dockerfile !== undefined && { dockerfile: resolve(workspaceRoot, dockerfile) }), workspaceRoot, engine };
  const files = await walkContext({ ...place, ...(copied && { copied }) });
  if (files === undefined) return undefined;
  const found = await Promise.all(files.map(async (file) => Object.entries((await lookAtFile(posix.join(path, file), context)) ?? {})));
  return Object.fromEntries(found.flat());
}

/** A file that a builder reads itself; if it is a link, the content of its target. */
async function lookAtText(path: string, context: SnapshotContext): Promise<FoundSources | undefined> {
  const { workspaceRoot } = context;
  const target = await realpath(resolve(workspaceRoot, path)).catch(undefinedWhenMissing);
  const [found] = target === undefined ? [] : Object.values((await lookAtFile(portablePath(workspaceRoot, target), context)) ?? {});
  return found === undefined ? undefined : { [path]: found };
}

/** A file or link; the content of a folder describes it. */
async function lookAtFile(path: string, { workspaceRoot, digests }: SnapshotContext): Promise<FoundSources | undefined> {
  const from = resolve(workspaceRoot, path);
  const stats = await lstatIfThere(from);
  if (stats?.isSymbolicLink() === true) return { [path]: `-> ${await readlink(from)}` };
  if (stats?.isFile() !== true) return undefined;
  const mode = (Number(stats.mode) & 0o100) === 0 ? '644' : '755';
  return { [path]: `${mode} ${await digests.digestOf({ from, ...stampOf(stats) })}` };
}

async function lstatIfThere(path: string) {
  return lstat(path, { bigint: true }).catch(undefinedWhenMissing);
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error;
}
