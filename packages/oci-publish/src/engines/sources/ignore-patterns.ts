import { compilePathGlob, isOciError, type Glob } from '@nx-oci/model';

/** The paths that an ignore file excludes from a context. */
export interface IgnorePatterns {
  /** @param path from the context, with `/`. */
  leavesOut(path: string): boolean;
  /** Whether no later `!` can include anything in an excluded folder. */
  readonly isFinal: boolean;
}

/**
 * Reads `.dockerignore`: the last matching line decides, and `!` includes again. An invalid line excludes nothing.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function readIgnorePatterns(text: string): IgnorePatterns {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => toRule(line.trim()));
  return {
    leavesOut: (path) => rules.findLast(({ glob }) => glob.matches(path))?.isLeftOut ?? false,
    isFinal: rules.every(({ isLeftOut }) => isLeftOut),
  };
}

interface Rule {
  readonly glob: Glob;
  readonly isLeftOut: boolean;
}

function toRule(line: string): readonly Rule[] {
  const isLeftOut = !line.startsWith('!');
  const pattern = (isLeftOut ? line : line.slice(1)).trim().replace(/^\/+|\/+$/g, '');
  if (pattern === '' || pattern === '.') return [];
  try {
    // Braces are literal there.
    return [{ glob: compilePathGlob(pattern.replace(/[{}]/g, '[$&]')), isLeftOut }];
  } catch (error) {
    if (!isOciError(error)) throw error;
    return [];
  }
}
