import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { hasImageRecord } from '../engines/image/image-record';
import { IMAGES_FOLDER, projectOfFolder } from '../engines/names/image-folder';
import { REPORT_FILE } from '../publish/report/write-report';
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

async function readFolder(folder: string, projects: readonly string[]): Promise<ImageFolder | undefined> {
  const project = projectOfFolder(folder);
  const isKnown = projects.includes(project);
  const [records, removable] = await Promise.all([findRecords(folder), listRemovable({ folder, isKnown })]);
  // A failed build leaves a layout without a record.
  const isOurs = records.length > 0 || (isKnown && removable.includes('oci-layout')) || (!isKnown && (await hasReport(folder)));
  if (!isOurs || removable.length === 0) return undefined;
  const times = await Promise.all(
    [...records.map((one) => join(one, 'image.json')), ...(records.length === 0 ? [folder] : [])].map(readTime),
  );
  const sizes = await Promise.all(removable.map((name) => measure(join(folder, name))));
  return { project, folder, isKnown, builtAtMs: Math.max(...times), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What a prune removes of an image folder, record first: without it no other process takes the image for complete. */
export async function listRemovable({ folder, isKnown }: Pick<ImageFolder, 'folder' | 'isKnown'>): Promise<readonly string[]> {
  const names = await readdir(folder).catch(ifMissing);
  const removable = names.filter((name) => !isKnown || name !== REPORT_FILE);
  return removable.sort((a, b) => Number(b === 'image.json') - Number(a === 'image.json'));
}

/** The folder itself, and those of the parts of its image, as far as they have an image. */
export async function findRecords(folder: string): Promise<readonly string[]> {
  const folders = [folder, ...(await listFolders(folder)).map((name) => join(folder, name))];
  const has = await Promise.all(folders.map((one) => hasImageRecord(one)));
  return folders.filter((_folder, index) => has[index]);
}

/** A file that another process has removed meanwhile is new. */
async function readTime(path: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return stats?.mtimeMs ?? Date.now();
}

async function hasReport(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(ifMissing)).includes(REPORT_FILE);
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
  const sizes = await Promise.all((await readdir(path).catch(ifMissing)).map((name) => measure(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function ifMissing(error: unknown): string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
