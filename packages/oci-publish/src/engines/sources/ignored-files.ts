import { realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';

import { OciError, portablePath } from '@nx-oci/model';

import { isWithin } from './is-within';
import { askGitForIgnored } from './git-ignored';
import { readDockerIgnore, type DockerIgnore } from './docker-ignore';
import type { DeclaredOutput } from '../names/declared-output';
import type { NativeSource } from '../options/native-options';

/** The files that a source leaves out because git or a `.dockerignore` ignores them. */
export interface IgnoredFiles {
  /** For `leaveOut` of a layer source. */
  readonly judge: NonNullable<NativeSource['leaveOut']>;
  /** The files left out so far, for the user: one line per reason. */
  readonly describe: () => readonly string[];
}

interface Surroundings {
  readonly workspaceRoot: string;
  readonly project: string;
  /** The outputs of the tasks before the image. */
  readonly outputs: readonly DeclaredOutput[];
}

/**
 * Finds, for each source in a folder that git tracks, what git or a `.dockerignore` ignores there: files such as `.env`, which a
 * clean checkout does not have, and the repository itself. A completely ignored folder, such as build output, is not included.
 */
export async function findIgnored(
  sources: readonly NativeSource[],
  surroundings: Surroundings,
): Promise<ReadonlyMap<NativeSource, IgnoredFiles>> {
  const root = await realpath(surroundings.workspaceRoot);
  const places = await Promise.all(
    sources.filter(({ ignored }) => ignored !== 'include').map(async (source) => ({ source, folder: await folderOf(source.from, root) })),
  );
  const folders = [...new Set(places.flatMap(({ folder }) => (folder === undefined ? [] : [folder])))];
  const byGit = folders.length === 0 ? new Map<string, ReadonlySet<string>>() : await askGitForIgnored(root, folders);
  const found = new Map<NativeSource, IgnoredFiles>();
  for (const { source, folder } of places) {
    const ignored = folder === undefined ? undefined : byGit.get(folder);
    if (folder === undefined || ignored === undefined) continue;
    const byDocker = await ignoreFilesAbove(root, folder);
    found.set(source, new Judgement(source, { ...surroundings, folder, ignored, byDocker }));
  }
  return found;
}

/** From the workspace root; `undefined` for what is not a folder of the workspace. */
async function folderOf(from: string, root: string): Promise<string | undefined> {
  const stats = await stat(from).catch((error: unknown) => nothingIfMissing(error));
  if (stats?.isDirectory() !== true) return undefined;
  const path = portablePath(root, await realpath(from)) || '.';
  return isWithin(path, '.') ? path : undefined;
}

function nothingIfMissing(error: unknown): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

/** Those of the folder itself and of each folder above it, unless one ignores the whole folder. */
async function ignoreFilesAbove(root: string, folder: string): Promise<readonly DockerIgnore[]> {
  const names = folder === '.' ? [] : folder.split('/');
  const places = Array.from({ length: names.length + 1 }, (_, count) => names.slice(0, count).join('/') || '.');
  const files = await Promise.all(places.map((place) => readDockerIgnore(root, place)));
  return files.filter((file) => file !== undefined).filter((file) => file.folder === folder || !file.ignores(folder));
}

interface Place extends Surroundings {
  readonly folder: string;
  readonly ignored: ReadonlySet<string>;
  readonly byDocker: readonly DockerIgnore[];
}

// Further ones are only counted.
const SHOWN_NAMES = 5;

class Judgement implements IgnoredFiles {
  private readonly leftOut = new Map<string, string[]>();

  constructor(
    private readonly source: NativeSource,
    private readonly place: Place,
  ) {}

  readonly judge = (below: string, kind: 'file' | 'folder'): 'taken' | 'entered' | 'skipped' => {
    const path = posix.join(this.place.folder, below);
    // Git never lists its own folder; its settings may contain the token of a checkout.
    const isIgnoredByGit = posix.basename(path) === '.git' || this.place.ignored.has(path);
    const docker = isIgnoredByGit ? undefined : this.place.byDocker.find((file) => file.ignores(path));
    if ((!isIgnoredByGit && docker === undefined) || this.isNamed(below)) return 'taken';
    const by = isIgnoredByGit ? 'git' : posix.join(docker?.folder ?? '.', '.dockerignore');
    this.refuseOutput(path, by);
    if (kind === 'folder' && docker?.hasExceptions === true) return 'entered';
    this.leftOut.set(by, [...(this.leftOut.get(by) ?? []), kind === 'folder' ? `${below}/` : below]);
    return 'skipped';
  };

  readonly describe = (): readonly string[] =>
    [...this.leftOut].map(([by, paths]) => {
      const names = paths.sort().slice(0, SHOWN_NAMES).join(', ');
      const rest = paths.length > SHOWN_NAMES ? ` and ${paths.length - SHOWN_NAMES} more` : '';
      return `Left out of ${this.place.folder}, because ${by} ignores it: ${names}${rest}. To include it, set "ignored": "include" there.`;
    });

  /** An `include` that begins with the name of an ignored folder is intended: `dist/**`. One that merely matches it is not. */
  private isNamed(below: string): boolean {
    return (this.source.include ?? []).some((pattern) => isWithin(literalStart(pattern), below));
  }

  private refuseOutput(path: string, by: string): void {
    if (this.source.ignored === 'exclude') return;
    const output = this.place.outputs.find((one) => isWithin(one.path, path) || isWithin(path, one.path));
    if (output === undefined) return;
    const { folder, project } = this.place;
    throw new OciError(
      'OPTIONS_INVALID',
      `Cannot build the image of ${project}: ${by} ignores ${path} in the layer source ${folder}, but ${output.task} writes it.`,
      {
        hint: `Choose whether it belongs in the image: add "ignored": "include" or "ignored": "exclude" to that layer, or name it: "from": "${path}".`,
      },
    );
  }
}

/** The literal beginning of a pattern, up to the first part with wildcards. */
function literalStart(pattern: string): string {
  const parts = posix
    .normalize(pattern)
    .split('/')
    .filter((part) => part !== '');
  const end = parts.findIndex((part) => /[*?{[]/.test(part));
  return parts.slice(0, end < 0 ? parts.length : end).join('/') || '..';
}
