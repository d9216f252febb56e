import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { IMAGES_FOLDER, projectOfFolder } from '../engines/names/image-folder';
import { findOwnFiles } from '../publish/prune/own-files';
import { type ImageFolder } from './local-item';

/** The folders that builds wrote below `dist/images`. Others, such as a layout of another tool, are not ours. */
export async function findImageFolders(workspaceRoot: string, projects: readonly string[]): Promise<readonly ImageFolder[]> {
  const parent = join(workspaceRoot, IMAGES_FOLDER);
  const names = await listFolders(parent);
  // Of a scoped package: `dist/images/@acme/api`.
  const scoped = names.filter((name) => name.startsWith('@')).map((name) => join(parent, name));
  const folders = [
    ...names.filter((name) => !name.startsWith('@')).map((name) => join(parent, name)),
    ...(await Promise.all(scoped.map(async (scope) => (await listFolders(scope)).map((name) => join(scope, name))))).flat(),
  ];
  const found = await Promise.all(folders.map((folder) => readFolder(folder, projects)));
  return found.filter((one) => one !== undefined);
}

/** Whether `dist/images` is a link, or below one, that leads out of the workspace: to where other workspaces may write, too. */
export async function isImagesOutside(workspaceRoot: string): Promise<boolean> {
  const [root, images] = await Promise.all([realpath(workspaceRoot), realpath(join(workspaceRoot, IMAGES_FOLDER)).catch(ifMissing(''))]);
  return images !== '' && !images.startsWith(`${root}${sep}`);
}

async function readFolder(folder: string, projects: readonly string[]): Promise<ImageFolder | undefined> {
  const project = projectOfFolder(folder);
  const isKnown = projects.includes(project);
  const { records, names } = await findOwnFiles(folder, isKnown);
  if (names.length === 0) return undefined;
  const times = await Promise.all(
    [...records.map((one) => join(one, 'image.json')), ...(records.length === 0 ? [folder] : [])].map(readTime),
  );
  const sizes = await Promise.all(names.map((name) => measure(join(folder, name))));
  return { project, folder, isKnown, builtAtMs: Math.max(...times), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** A file that another process has removed meanwhile is new. */
async function readTime(path: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return stats?.mtimeMs ?? Date.now();
}

async function listFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Bytes on disk below a path; links count as themselves. */
async function measure(path: string): Promise<number> {
  const stats = await lstat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.size;
  const sizes = await Promise.all((await readdir(path).catch(ifMissing<string[]>([]))).map((name) => measure(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function ifMissing<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return value;
    throw error;
  };
}
