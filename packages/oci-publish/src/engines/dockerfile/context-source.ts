import { posix } from 'node:path';

import { UNKNOWN } from './expand-variables';

/** Something that a Dockerfile reads from its context. */
export interface ContextSource {
  /** From the context, `/` between folders; `.` is all of it. With `*`, `?`, `[a-z]` where `isPattern`. */
  readonly path: string;
  /** A part that only the builder knows stands as `**`. */
  readonly isPattern: boolean;
  /** What `--exclude` leaves out of it, as written. */
  readonly exclude: readonly string[];
  /** Of the Dockerfile, from 1. */
  readonly line: number;
}

/** A source as a builder resolves it: nothing is above the context, wherever `..` and `/` point. */
export function toContextPath(source: string): Pick<ContextSource, 'path' | 'isPattern'> {
  const [known = ''] = source.split(UNKNOWN);
  const isPattern = source !== known || /(?<!\\)[*?[]/.test(known);
  // Up to the last folder that is known for sure: the rest may hold slashes of its own.
  const text = source === known ? source : `${known.slice(0, known.lastIndexOf('/') + 1)}**`;
  const path = posix.join('/', text).replace(/^\/|\/$/g, '');
  return { path: path === '' ? '.' : isPattern ? path : path.replace(/\\(.)/g, '$1'), isPattern };
}

/** Of a pattern the folder that it starts from, of a path all; `.` is the context itself. */
export function fixedPart({ path, isPattern }: Pick<ContextSource, 'path' | 'isPattern'>): string {
  if (!isPattern) return path;
  const [fixed = ''] = path.split(/[*?[\\]/);
  return posix.join('.', fixed.slice(0, fixed.lastIndexOf('/') + 1)).replace(/\/$/, '');
}
