import { type PackageManager } from '../pipeline/find-package-manager';

/** The commands that bring the package manager, which images of Node have only in part, and what the workspace depends on. */
export function setupCommands({ name, install, isPinned, major, needsCorepack }: PackageManager): readonly string[] {
  if (name === 'bun') return ['npm install --global bun', install];
  if (name === 'pnpm') return [isPinned ? 'corepack enable' : `npm install --global pnpm@${String(major)}`, install];
  return [...(needsCorepack ? ['corepack enable'] : []), install];
}
