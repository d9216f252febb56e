import { compilePathGlob, isOciError } from '@nx-oci/model';

/** Files of a folder, selected by patterns as in `inputs`: matched by a pattern, and by none with a `!`. */
export interface FileSet {
  /** @param file from the folder that the patterns are relative to. */
  has(file: string): boolean;
}

/** @param patterns without `{projectRoot}/`; an invalid one matches everything, since it is better to publish once too often. */
export function fileSet(patterns: readonly string[]): FileSet {
  const named = patterns.filter((pattern) => !pattern.startsWith('!')).map(compile);
  const left = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => compile(pattern.slice(1)));
  return { has: (file) => named.some((matches) => matches(file) ?? true) && !left.some((matches) => matches(file) ?? false) };
}

type Matches = (file: string) => boolean | undefined;

/** Compiled at the first comparison, which an image that is up to date never needs. */
function compile(pattern: string): Matches {
  let matches: Matches | undefined;
  return (file) => {
    matches ??= compileNow(pattern);
    return matches(file);
  };
}

function compileNow(pattern: string): Matches {
  try {
    const glob = compilePathGlob(pattern);
    return (file) => glob.matches(file);
  } catch (error) {
    if (!isOciError(error)) throw error;
    return () => undefined;
  }
}
