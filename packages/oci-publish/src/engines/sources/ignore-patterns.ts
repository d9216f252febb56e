import { compilePathGlob, isOciError, type Glob } from '@nx-oci/model';

/** What an ignore file leaves out of a context. */
export interface IgnorePatterns {
  /** @param path from the context, with `/`. */
  leavesOut(path: string): boolean;
  /** Whether nothing in a folder that is left out can come back in by a later `!`. */
  readonly isFinal: boolean;
}

/**
 * Reads `.dockerignore`: the last line that matches decides, `!` takes back in. A line that cannot be read leaves nothing out.
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
    // Braces are characters like any other there.
    return [{ glob: compilePathGlob(pattern.replace(/[{}]/g, '[$&]')), isLeftOut }];
  } catch (error) {
    if (!isOciError(error)) throw error;
    return [];
  }
}
