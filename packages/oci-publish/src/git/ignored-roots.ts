import { runGit } from './run-git';

/**
 * Finds what git ignores as a whole: for each ignored path, the topmost ignored folder that contains it, or the path itself.
 * Works for missing paths, too. Without a repository nothing is ignored.
 *
 * @param paths relative to `folder`, with `/`; those above it are not searched.
 */
export async function findIgnoredRoots(folder: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const inside = paths.filter((path) => !path.startsWith('..'));
  if (inside.length === 0) return new Map();
  const questions = new Set(inside.flatMap((path) => [...foldersOf(path).map((one) => `${one}/`), path]));
  const { stdout } = await runGit(folder, ['check-ignore', '-z', '--stdin'], { input: [...questions].join('\0') });
  const ignored = new Set(stdout.split('\0').map((path) => path.replace(/\/$/, '')));
  return new Map(
    inside.flatMap((path) => {
      const root = [...foldersOf(path), path].find((one) => ignored.has(one));
      return root === undefined ? [] : [[path, root] as const];
    }),
  );
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(0, -1).map((_, index) => names.slice(0, index + 1).join('/'));
}
