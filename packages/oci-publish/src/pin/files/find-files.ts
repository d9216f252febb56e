import { realpath } from 'node:fs/promises';
import { posix, resolve } from 'node:path';

import { isInside, OciError, quote } from '@nx-oci/model';

import { REGISTRIES_FILE } from '../../text/problem';
import { runGit } from '../../git/run-git';
import { isTemporary } from './temporary-file';

/** What default files are called. */
const NAMES = /\.ya?ml$|^Kustomization$/;
/** Files of other purposes, which would only cost time, or which may name an image without running it. */
const OTHERS =
  /^(?:pnpm-lock\.yaml|pnpm-workspace\.yaml|\.gitlab-ci\.yml|azure-pipelines\.ya?ml|mkdocs\.yml|openapi\.ya?ml|action\.ya?ml)$/;
const OTHER_FOLDERS = ['.github', '.gitlab', '.circleci', '.buildkite', 'node_modules', 'dist'];

/** The files to look at: paths from the workspace root with `/`, in order, each once. */
export interface FoundFiles {
  readonly paths: readonly string[];
  /** Patterns that match no file, or lead out of the workspace. */
  readonly problems: readonly string[];
}

/**
 * The files that patterns name, tracked or not; without patterns, the tracked YAML files except those of CI systems and tools.
 *
 * @param patterns globs from the workspace root as git has them (`**`, `*`, `?`); one that begins with `!` takes files away
 * @throws OciError `GIT_UNAVAILABLE`
 */
export async function findFiles(workspaceRoot: string, patterns: readonly string[] | undefined): Promise<FoundFiles> {
  const excluded = (patterns ?? []).filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const included = (patterns ?? []).filter((pattern) => !pattern.startsWith('!'));
  const outside = await findOutside(workspaceRoot, patterns ?? []);
  if (outside.length > 0) return { paths: [], problems: outside };
  if (included.length === 0) {
    const tracked = await listFiles(workspaceRoot, { patterns: [], excluded, isTracked: true });
    return { paths: tracked.filter(isDefault), problems: [] };
  }
  const lists = await Promise.all(included.map((pattern) => listFiles(workspaceRoot, { patterns: [pattern], excluded, isTracked: false })));
  const problems = included.filter((_, index) => lists[index]?.length === 0).map(describeNoMatch);
  return { paths: [...new Set(lists.flat())].sort(), problems };
}

function isDefault(path: string): boolean {
  const name = posix.basename(path);
  const folders = path.split('/').slice(0, -1);
  return NAMES.test(name) && !OTHERS.test(name) && path !== REGISTRIES_FILE && !folders.some((folder) => OTHER_FOLDERS.includes(folder));
}

function describeNoMatch(pattern: string): string {
  const advice = pattern.includes('{') ? 'braces are not expanded: write a list of patterns' : 'correct the pattern, or create the file';
  return `\`files\`: ${quote(pattern)} matches no file → ${advice}`;
}

/** git refuses them in words of its own, or lists files of the repository around a workspace. */
async function findOutside(workspaceRoot: string, patterns: readonly string[]): Promise<readonly string[]> {
  const roots = [workspaceRoot, await realpath(workspaceRoot)];
  return patterns
    .filter((pattern) => roots.every((root) => !isInside(root, resolve(root, pattern.replace(/^!/, '')))))
    .map((pattern) => `\`files\`: ${quote(pattern)} is outside of the workspace → write globs from the root of the workspace`);
}

interface Listing {
  readonly patterns: readonly string[];
  readonly excluded: readonly string[];
  readonly isTracked: boolean;
}

async function listFiles(workspaceRoot: string, { patterns, excluded, isTracked }: Listing): Promise<readonly string[]> {
  const paths = [...patterns.map((pattern) => `:(glob)${pattern}`), ...excluded.map((pattern) => `:(exclude,glob)${pattern}`)];
  const which = isTracked ? ['--cached'] : ['--cached', '--others', '--exclude-standard'];
  const answer = await runGit(workspaceRoot, ['ls-files', '-z', ...which, '--', ...(patterns.length === 0 ? [':(glob)**'] : []), ...paths]);
  if (!answer.ok) {
    throw new OciError('GIT_UNAVAILABLE', `Cannot list the files of the workspace: ${answer.stderr.trim() || 'git ls-files timed out'}`, {
      hint: 'Images are named after commits, so the workspace must be a git repository. Patterns are relative to its root.',
    });
  }
  return [...new Set(answer.stdout.split('\0').filter((path) => path !== '' && !isTemporary(path)))];
}
