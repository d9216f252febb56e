import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const OPENED_BY_NX = ['executors.json', 'generators.json'];

/** The modules that package.json, executors.json and generators.json name, as `executors/publish/batch`. */
export function findEntries(root) {
  const { main, exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lists = OPENED_BY_NX.map((name) => join(root, name)).filter((file) => existsSync(file));
  const texts = JSON.stringify([main, exports, bin, ...lists.map((file) => JSON.parse(readFileSync(file, 'utf8')))]);
  const found = [...texts.matchAll(/"\.\/dist\/([^"*]+)"/g)].map(([, path]) => path).filter((path) => !path.endsWith('.d.ts'));
  const entries = [...new Set(found.map((path) => path.replace(/\.js$/, '')))].sort();
  for (const entry of entries) {
    if (!existsSync(join(root, 'src', `${entry}.ts`))) throw new Error(`${root} names dist/${entry}, but src/${entry}.ts does not exist.`);
  }
  return entries;
}
