import { type Diagnostic } from '../../text/problem';

// The parser's own messages quote the file, which may contain secrets; these do not.
const DIAGNOSTICS: Readonly<Record<string, Diagnostic>> = {
  TAB_AS_INDENT: { what: 'a tab is used to indent', fix: 'use spaces' },
  MISSING_CHAR: { what: 'a closing quote, bracket or colon is missing', fix: 'add it' },
  BAD_INDENT: { what: 'the indentation does not fit', fix: 'align it with the lines around it, and close every [ and {' },
  BAD_SCALAR_START: { what: 'a value starts with a character that YAML reserves', fix: 'put the value in quotes' },
  BAD_DQ_ESCAPE: { what: 'a \\ in double quotes starts no known escape', fix: 'use single quotes, or \\\\' },
  BAD_ALIAS: { what: 'a value starts with * and names no anchor', fix: 'put the value in quotes' },
  DUPLICATE_SECRET_KEY: { what: 'a key under `auth` appears twice', fix: 'keep one' },
  LONG_KEY: { what: 'a key is a map or a list', fix: 'write a word before the colon' },
  CIRCULAR_ALIAS: { what: 'a value starts with * and names what it is a part of', fix: 'write out what is meant' },
  MANY_ALIASES: { what: 'values that start with * stand for too many others', fix: 'write out what is meant' },
  TAG_RESOLVE_FAILED: { what: 'a value starts with ! and names no YAML tag', fix: 'put the value in quotes' },
  BLOCK_AS_IMPLICIT_KEY: { what: 'a second `key:` on one line', fix: 'put it on a line of its own, or the value in quotes' },
  MULTILINE_IMPLICIT_KEY: { what: 'a key goes over several lines', fix: 'check the indentation, and that `:` follows the key' },
  MULTIPLE_DOCS: { what: 'a second document starts here', fix: 'remove the ---' },
};

const VARIABLE_IN_BRACES: Diagnostic = {
  what: 'a ${VARIABLE} inside { } is not in quotes',
  fix: 'write { key: "${VARIABLE}" }, or each key on a line of its own',
};

/**
 * Describes the YAML error at an offset, without repeating values.
 *
 * @param code of `yaml`'s YAMLParseError
 * @see https://eemeli.org/yaml/#errors
 */
export function describeSyntaxProblem(code: string, text: string, offset: number): Diagnostic {
  // `{` ends a plain value inside { }, so `{ username: ${NAME} }` is invalid YAML (YAML 1.2.2, section 7.3.3).
  if (code === 'UNEXPECTED_TOKEN' && text.slice(offset - 1, offset + 1) === '${') return VARIABLE_IN_BRACES;
  if (code === 'DUPLICATE_KEY') {
    const key = /^["'*]?([\w.-]*)/.exec(text.slice(offset))?.[1] ?? '';
    return { what: `\`${key}\` appears twice`, fix: 'keep one' };
  }
  return DIAGNOSTICS[code] ?? { what: 'this is not valid YAML', fix: 'check quotes, brackets and indentation' };
}
