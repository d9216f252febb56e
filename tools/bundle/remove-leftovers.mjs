import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes everything from `dist` except the types of existing sources, which TypeScript writes and keeps up to date. */
export function removeLeftovers(root) {
  const dist = join(root, 'dist');
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const isCurrent = entry.name.endsWith('.d.ts') && existsSync(file.replace(dist, join(root, 'src')).replace(/\.d\.ts$/, '.ts'));
    if (!isCurrent && !entry.name.endsWith('.tsbuildinfo')) rmSync(file);
  }
}
