import { parse, Scalar } from 'yaml';

import { type Edit } from '../edits/splice';
import { type YamlSource } from './parse-yaml';

/** An edit of a scalar. */
export interface ScalarEdit extends Edit {
  /** The scalar, which aliases elsewhere may stand for; absent for a new line. */
  readonly scalar?: Scalar;
  /** A tag or digest alone, which means nothing without the name beside it. */
  readonly isPart?: boolean;
}

/** The text of a scalar without quotes, indentation and line ends; `''` for an empty value, or none. */
export function textOf(scalar: Scalar | undefined): string {
  if (scalar === undefined || scalar.value === null) return '';
  return (scalar.source ?? '').trim();
}

/**
 * Replaces the text within a scalar: quotes, block style and everything around it stay. A plain scalar gets quotes if the new text
 * would be read as a number.
 *
 * @returns undefined if the text is not written in one piece: with escapes, or over several lines
 */
export function rewriteScalar({ text: source }: YamlSource, scalar: Scalar, text: string): ScalarEdit | undefined {
  const [start, end] = scalar.range ?? [0, 0];
  const raw = source.slice(start, end);
  const old = textOf(scalar);
  if (scalar.value === null) return rewriteEmpty(source, scalar, text);
  const isPlain = scalar.type === Scalar.PLAIN;
  const written = isPlain && !isText(text) ? `"${text}"` : text;
  if (old === '') return /^(?:""|'')$/.test(raw) ? { start: start + 1, end: end - 1, text, scalar } : undefined;
  // Behind the header of a block scalar, which may look like any word.
  const from = isPlain || scalar.type?.startsWith('QUOTE') === true ? 0 : raw.indexOf('\n');
  const at = raw.indexOf(old, from);
  if (at === -1 || raw.indexOf(old, at + 1) !== -1) return undefined;
  return { start: start + at, end: start + at + old.length, text: written, scalar };
}

/** `tag:`, `tag: ~`, `tag: null` */
function rewriteEmpty(source: string, scalar: Scalar, text: string): ScalarEdit {
  const [start, end] = scalar.range ?? [0, 0];
  const isJson = source.trimStart().startsWith('{');
  const written = isText(text) && !isJson ? text : `"${text}"`;
  const isApart = start > 0 && /\s/.test(source[start - 1] ?? '');
  return { start, end, text: isApart ? written : ` ${written}`, scalar };
}

/** Whether every reader takes a plain scalar as this text, not as a number, a date or a boolean. */
function isText(text: string): boolean {
  const readers = ['1.1', '1.2'] as const;
  return readers.every((version) => parse(text, { version, logLevel: 'silent' }) === text);
}
