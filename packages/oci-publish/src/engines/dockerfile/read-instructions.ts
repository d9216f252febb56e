export interface Instruction {
  /** In capitals. */
  readonly word: string;
  /** The rest of it, with continued lines joined and without here-documents. */
  readonly rest: string;
  /** Its first line, from 1. */
  readonly line: number;
  /** The texts of its here-documents, in order. */
  readonly documents: readonly string[];
}

const HEREDOC_INSTRUCTIONS = /^(?:ONBUILD\s+)?(?:RUN|COPY|ADD)$/i;

/**
 * Parses a Dockerfile into its instructions, as BuildKit does: an instruction may contain comments and empty lines, and the
 * content of a here-document is not an instruction.
 *
 * @see https://docs.docker.com/reference/dockerfile/#format
 */
export function readInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const escape = findEscape(lines);
  const instructions: Instruction[] = [];
  for (let next = 0; next < lines.length;) {
    const start = next;
    let logical = '';
    for (let isOpen = true; isOpen && next < lines.length; next++) {
      const line = lines[next] ?? '';
      if (isComment(line)) {
        isOpen = logical !== '';
        continue;
      }
      const trimmed = line.trimEnd();
      isOpen = trimmed.endsWith(escape);
      logical += isOpen ? `${trimmed.slice(0, -1)} ` : line;
    }
    const [, word = '', rest = ''] = /^\s*((?:onbuild\s+)?\w+)\s+(\S.*)$/is.exec(logical) ?? [];
    if (word === '') continue;
    const { documents, end } = HEREDOC_INSTRUCTIONS.test(word) ? readDocuments(rest, lines, next) : { documents: [], end: next };
    next = end;
    instructions.push({ word: word.toUpperCase().replace(/\s+/, ' '), rest: rest.trim(), line: start + 1, documents });
  }
  return instructions;
}

function isComment(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/** Parser directives come before everything else, even comments. */
function findEscape(lines: readonly string[]): string {
  for (const line of lines) {
    const [, name, value] = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() === 'escape') return value === '`' ? '`' : '\\';
  }
  return '\\';
}

interface Documents {
  readonly documents: readonly string[];
  /** Index of the first line after them. */
  readonly end: number;
}

function readDocuments(rest: string, lines: readonly string[], start: number): Documents {
  const documents: string[] = [];
  let end = start;
  for (const { name, isIndented } of heredocsOf(rest)) {
    const isEnd = (line: string): boolean => (isIndented ? line.replace(/^\t+/, '') : line) === name;
    const length = lines.slice(end).findIndex(isEnd);
    // A word that only looks like the start of one, such as a shift in an arithmetic expression.
    if (length === -1) break;
    documents.push(lines.slice(end, end + length).join('\n'));
    end += length + 1;
  }
  return { documents, end };
}

/** The here-documents that the words of an instruction start: `<<EOF`, `3<<-"EOF"`. */
export function heredocsOf(rest: string): readonly { readonly name: string; readonly isIndented: boolean }[] {
  return rest.split(/\s+/).flatMap((word) => {
    const [, dash, name] = HEREDOC_WORD.exec(word) ?? [];
    return name === undefined ? [] : [{ name: name.replace(/^(["'])(.*)\1$/, '$2'), isIndented: dash === '-' }];
  });
}

export const HEREDOC_WORD = /^\d*<<(-?)([^<\s;|&>)]+)/;
