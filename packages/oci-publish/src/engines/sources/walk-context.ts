import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readTextFile, portablePath } from '@nx-oci/model';

import { type DockerfileEngine } from '../options/engine-names';
import { IMAGES_FOLDER } from '../names/image-folder';
import { copiedFiles, type CopiedFiles, type CopiedSource } from './copied-sources';
import { ignoreFilesOf } from './named-paths';
import { readIgnorePatterns, type IgnorePatterns } from './ignore-patterns';

export interface BuildContext {
  /** Absolute. */
  readonly folder: string;
  /** Absolute. If absent, this is a further context, as `buildContexts` names them. */
  readonly dockerfile?: string;
  readonly workspaceRoot: string;
  readonly engine?: DockerfileEngine | undefined;
  /** Which part of it is read; all of it if absent. */
  readonly copied?: readonly CopiedSource[];
}

// These change with every commit, run or build: they must not make an image outdated.
const NEVER = ['.git', '.nx', 'node_modules/.cache', IMAGES_FOLDER];

/**
 * Lists the files and links that a builder reads from the context, without what its ignore file excludes; `undefined` if there is
 * no such folder. If it follows a link, it may read anything: then the whole context is listed.
 */
export async function walkContext({ copied, ...place }: BuildContext): Promise<readonly string[] | undefined> {
  if (copied === undefined) return (await walk(place, ALL))?.files;
  const walked = await walk(place, copiedFiles(copied));
  return walked?.isLinkFollowed === true ? (await walk(place, ALL))?.files : walked?.files;
}

const ALL: CopiedFiles = { enters: () => true, has: () => true, follows: () => false };

interface Walked {
  readonly files: readonly string[];
  readonly isLinkFollowed: boolean;
}

async function walk({ folder, dockerfile, workspaceRoot, engine }: BuildContext, read: CopiedFiles): Promise<Walked | undefined> {
  const ignored = readIgnorePatterns(await readFirst(ignoreFilesIn({ folder, dockerfile, engine })));
  const never = new Set(NEVER.map((path) => portablePath(folder, join(workspaceRoot, path))));
  const files: string[] = [];
  let isLinkFollowed = false;
  const enter = async (below: string): Promise<boolean> => {
    const children = await readdir(join(folder, below), { withFileTypes: true }).catch(undefinedWhenMissing);
    if (children === undefined) return false;
    await Promise.all(
      children.map(async (child) => {
        const path = below === '' ? child.name : `${below}/${child.name}`;
        if (never.has(path)) return;
        if (child.isDirectory()) return (read.enters(path) && isWorthALook(path, ignored) && (await enter(path))) || undefined;
        if (child.isSymbolicLink() && read.follows(path)) isLinkFollowed = true;
        if ((child.isFile() || child.isSymbolicLink()) && read.has(path) && !ignored.leavesOut(path)) files.push(path);
      }),
    );
    return true;
  };
  return (await enter('')) ? { files, isLinkFollowed } : undefined;
}

/** Only BuildKit reads one in a further context. */
function ignoreFilesIn({
  folder,
  dockerfile,
  engine,
}: Pick<BuildContext, 'folder' | 'engine'> & { readonly dockerfile: string | undefined }): readonly string[] {
  if (dockerfile !== undefined) return ignoreFilesOf(dockerfile, folder, engine);
  return engine === 'podman' || engine === 'buildah' ? [] : [join(folder, '.dockerignore')];
}

function isWorthALook(path: string, ignored: IgnorePatterns): boolean {
  return !ignored.isFinal || !ignored.leavesOut(path);
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  }
  return '';
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error;
}
