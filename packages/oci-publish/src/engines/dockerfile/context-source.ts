import { posix } from 'node:path';

import { UNKNOWN } from './expand-variables';

/** Something that a Dockerfile reads from its context. */
export interface ContextSource {
  /** Relative to the context, with `/`; `.` is all of it. With `*`, `?`, `[a-z]` if `isPattern`. */
  readonly path: string;
  /** A part that only the builder knows is `**`. */
  readonly isPattern: boolean;
  /** The patterns of `--exclude`, as written. */
  readonly exclude: readonly string[];
  /** Line of the Dockerfile, from 1. */
  readonly line: number;
}

/** A source as a builder resolves it: `..` and `/` never lead above the context. */
export function toContextPath(source: string): Pick<ContextSource, 'path' | 'isPattern'> {
  const [known = ''] = source.split(UNKNOWN);
  const isPattern = source !== known || /(?<!\\)[*?[]/.test(known);
  // Up to the last folder that is known for sure: the rest may contain slashes.
  const text = source === known ? source : `${known.slice(0, known.lastIndexOf('/') + 1)}**`;
  const path = posix.join('/', text).replace(/^\/|\/$/g, '');
  return { path: path === '' ? '.' : isPattern ? path : path.replace(/\\(.)/g, '$1'), isPattern };
}

/** The folder that a pattern starts from, or the whole path; `.` is the context itself. */
export function fixedPart({ path, isPattern }: Pick<ContextSource, 'path' | 'isPattern'>): string {
  if (!isPattern) return path;
  const [fixed = ''] = path.split(/[*?[\\]/);
  return posix.join('.', fixed.slice(0, fixed.lastIndexOf('/') + 1)).replace(/\/$/, '');
}
