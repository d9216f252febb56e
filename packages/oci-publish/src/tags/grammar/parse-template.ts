import { nearestName } from '@nx-oci/model';

import { suggestName } from '../../text/problem';
import { parseDateFormat, type DateFormat } from './date-format';
import { hasTagCharacters } from './tag-grammar';

/** The fields of a template. */
export const TEMPLATE_FIELDS = [
  'sha',
  'shortSha',
  'branch',
  'targetBranch',
  'defaultBranch',
  'pr',
  'gitTag',
  'version',
  'major',
  'minor',
  'patch',
  'prerelease',
  'projectName',
  'hash',
  'date',
  'commitDate',
] as const;
export type TemplateField = (typeof TEMPLATE_FIELDS)[number];

/** One piece of a template: literal text, a field, or an environment variable. */
export type TemplatePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly field: TemplateField; readonly length?: number; readonly format?: DateFormat }
  | { readonly kind: 'variable'; readonly name: string };

/** A mistake in a template; `column` counts from 0. */
export interface TemplateProblem {
  readonly what: string;
  readonly fix: string;
  readonly column: number;
}

// A tag has at most 128 characters. Without a limit, a few thousand fields with long external names would exceed the maximum
// length of a string.
export const LONGEST_TEMPLATE = 500;

/** Parses `{branch}-{shortSha}`, `{date:YYYYMMDD}`, `{sha:12}`, `{env.NAME}`. Reports all mistakes at once. */
export function parseTemplate(text: string): { readonly pieces: readonly TemplatePiece[]; readonly problems: readonly TemplateProblem[] } {
  const pieces: TemplatePiece[] = [];
  const problems: TemplateProblem[] = [];
  const add = (result: TemplatePiece | TemplateProblem) => {
    if ('column' in result) problems.push(result);
    else pieces.push(result);
  };
  if (text.length > LONGEST_TEMPLATE) {
    const what = `the template is longer than ${LONGEST_TEMPLATE} characters`;
    return { pieces, problems: [{ what, fix: 'shorten it: a tag has 128 at most', column: 0 }] };
  }
  for (let column = 0; column < text.length;) {
    const end = text.indexOf('}', column);
    if (text[column] !== '{') {
      const plain = /^[^{]+/.exec(text.slice(column))?.[0] ?? '';
      add(readText(plain, column));
      column += plain.length;
    } else if (end === -1) {
      problems.push({ what: 'a brace is not closed', fix: 'add }', column });
      break;
    } else {
      add(readField(text.slice(column + 1, end), column + 1));
      column = end + 1;
    }
  }
  return { pieces, problems };
}

function readText(text: string, column: number): TemplatePiece | TemplateProblem {
  if (hasTagCharacters(text)) return { kind: 'text', text };
  const wrong = text.search(/[^\w.-]/);
  const fix = text[wrong] === '}' ? 'remove it, or open it with {' : 'use letters, digits, and . _ -';
  return { what: `\`${text[wrong] ?? ''}\` is not allowed in a tag`, fix, column: column + wrong };
}

function readField(inside: string, column: number): TemplatePiece | TemplateProblem {
  if (inside.startsWith('env.')) return readVariable(inside.slice('env.'.length), column);
  const [name = '', ...rest] = inside.split(':');
  const argument = rest.length === 0 ? undefined : rest.join(':');
  if (!isField(name)) {
    const known = [...TEMPLATE_FIELDS, 'env.NAME'];
    return { what: `unknown field \`{${name}}\``, fix: suggestName(nearestName(name, known), known), column };
  }
  if (argument === undefined) return { kind: 'field', field: name };
  const at = column + name.length + 1;
  if (name === 'sha' || name === 'hash') return readLength(name, argument, at);
  if (name === 'date' || name === 'commitDate') {
    const parsed = parseDateFormat(argument);
    return 'format' in parsed ? { kind: 'field', field: name, format: parsed.format } : { ...parsed, column: at + parsed.column };
  }
  return { what: `\`{${name}}\` takes nothing after a colon`, fix: `write {${name}}`, column: at };
}

function readLength(field: 'sha' | 'hash', argument: string, column: number): TemplatePiece | TemplateProblem {
  const length = /^\d{1,2}$/.test(argument) ? Number(argument) : 0;
  if (length >= 4 && length <= 64) return { kind: 'field', field, length };
  return { what: `\`${argument}\` is not a length`, fix: `write a number from 4 to 64, as in {${field}:12}`, column };
}

function readVariable(name: string, column: number): TemplatePiece | TemplateProblem {
  const at = column + 'env.'.length;
  if (!/^[A-Za-z_]\w*$/.test(name)) return { what: `\`${name}\` is not the name of a variable`, fix: 'write {env.NAME}', column: at };
  return { kind: 'variable', name };
}

function isField(name: string): name is TemplateField {
  return (TEMPLATE_FIELDS as readonly string[]).includes(name);
}
