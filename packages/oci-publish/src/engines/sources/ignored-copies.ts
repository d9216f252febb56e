import { lstat, realpath } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { isOciError, readTextFile, portablePath } from '@nx-oci/model';

import { type ContextSource } from '../dockerfile/context-source';
import { type DockerfileOptions } from '../options/dockerfile-options';
import { readDockerfile } from '../dockerfile/read-dockerfile';
import { type DeclaredOutput } from '../names/declared-output';
import { type DockerfileEngine } from '../options/engine-names';
import { copiedFiles } from './copied-sources';
import { askGitForIgnored } from './git-ignored';
import { readIgnorePatterns } from './ignore-patterns';
import { isWithin } from './is-within';
import { ignoreFilesOf } from './named-paths';

interface Surroundings {
  readonly engine: DockerfileEngine;
  readonly workspaceRoot: string;
  /** The outputs of the tasks before the image, which are copied on purpose. */
  readonly outputs: readonly DeclaredOutput[];
}

type CopyingOptions = Pick<DockerfileOptions, 'dockerfile' | 'context' | 'buildArgs' | 'stage'>;

// Further ones are only counted.
const SHOWN_NAMES = 5;

/**
 * Files that a Dockerfile copies unintentionally although git ignores them, and the repository itself: `COPY . .` includes `.env`
 * and `node_modules` of this machine unless an ignore file excludes them.
 *
 * @returns a sentence for the user; `undefined` if there are no such files, or git cannot list them.
 */
export async function describeIgnoredCopies(options: CopyingOptions, surroundings: Surroundings): Promise<readonly string[]> {
  const root = await realpath(surroundings.workspaceRoot);
  const folder = portablePath(root, await realpath(options.context)) || '.';
  if (folder.startsWith('..')) return [];
  const swept = await findSwept(options, { ...surroundings, root, folder });
  if (swept.length === 0) return [];
  const names = swept.slice(0, SHOWN_NAMES).join(', ');
  const rest = swept.length > SHOWN_NAMES ? ` and ${swept.length - SHOWN_NAMES} more` : '';
  const place = folder === '.' ? 'the workspace root' : folder;
  const ignoreFile = posix.join(folder, '.dockerignore');
  return [`The Dockerfile copies files that git ignores in ${place}: ${names}${rest}. To leave them out, add them to ${ignoreFile}.`];
}

interface Context extends Surroundings {
  readonly root: string;
  /** From the workspace root. */
  readonly folder: string;
}

async function findSwept(options: CopyingOptions, { root, folder, outputs, engine }: Context): Promise<readonly string[]> {
  const [ignoredByGit, ignoreText, text = '', hasRepository] = await Promise.all([
    askGitForIgnored(root, [folder]).then((found) => found.get(folder) ?? new Set<string>(), nothingWithoutGit),
    readFirst(ignoreFilesOf(options.dockerfile, options.context, engine)),
    readTextFile(options.dockerfile),
    lstat(join(options.context, '.git')).then(
      () => true,
      () => false,
    ),
  ]);
  const leftOut = readIgnorePatterns(ignoreText);
  const { buildArgs, stage } = options;
  const { sources } = readDockerfile(text, { buildArgs, ...(stage !== undefined && { stage }) });
  const isSwept = (path: string): boolean => sources.some((source) => sweeps(source, path));
  const isMade = (path: string): boolean => outputs.some((output) => isWithin(output.path, path) || isWithin(path, output.path));
  const paths = [...ignoredByGit].filter((path) => !isMade(path)).map((path) => posix.relative(folder, path));
  return [...new Set([...(hasRepository ? ['.git'] : []), ...paths])].filter((path) => isSwept(path) && !leftOut.leavesOut(path)).sort();
}

/** A file or folder named by an instruction is intended; what is inside it, or matches a pattern, may not be. */
function sweeps(source: ContextSource, path: string): boolean {
  const { path: from, isPattern, exclude } = source;
  // The value of a variable is unknown.
  if (isPattern && from.includes('**')) return false;
  const isRead = isPattern ? copiedFiles([source]).has(path) : from !== path && isWithin(path, from);
  return isRead && !readIgnorePatterns(exclude.join('\n')).leavesOut(posix.relative(isPattern ? '.' : from, path));
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  }
  return '';
}

/** Without git there is no warning, and the build continues. */
function nothingWithoutGit(error: unknown): ReadonlySet<string> {
  if (!isOciError(error, 'GIT_UNAVAILABLE')) throw error;
  return new Set();
}
