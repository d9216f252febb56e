import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of a package below `node_modules`, without links. */
export interface InstalledPackage {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Paths of its files, relative to its folder, with `/`; without those of nested packages. */
  readonly files: readonly string[];
}

/** All packages below a folder, wherever a package manager puts them. */
export async function listInstalled(root: string): Promise<readonly InstalledPackage[]> {
  const packages = new Map<string, { name: string; folder: string; files: string[] }>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).replaceAll('\\', '/');
    const [, folder, name, file] = /^(.*\/node_modules\/((?:@[^/]+\/)?[^@./][^/]*))\/(.+)$/.exec(path) ?? [];
    if (folder === undefined || name === undefined || file === undefined) continue;
    const known = packages.get(folder) ?? { name, folder, files: [] };
    known.files.push(file);
    packages.set(folder, known);
  }
  return [...packages.values()]
    .filter(({ files }) => files.includes('package.json'))
    .toSorted((one, other) => (one.folder < other.folder ? -1 : 1));
}
