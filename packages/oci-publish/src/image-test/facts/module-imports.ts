import { scriptTokens, type Token } from './script-tokens';

/** A module that a file imports by a literal name. */
export interface ModuleImport {
  readonly specifier: string;
  readonly kind: 'require' | 'import';
  /** Whether it is always loaded with the file: outside of functions and conditions. */
  readonly isCertain: boolean;
}

/** The imports of a JavaScript file. Without optional ones (`try { require('x') } catch`), which may be missing. */
export interface ModuleImports {
  /** It contains syntax that only ES modules may have. */
  readonly isModule: boolean;
  readonly list: readonly ModuleImport[];
}

type FrameKind = 'top' | 'expression' | 'code' | 'try';

interface Frame {
  readonly kind: FrameKind;
  /** The following code runs conditionally, or later. */
  isDoubtful: boolean;
  /** A condition without braces: a line end does not end it. */
  isBranch: boolean;
  /** For a parenthesis: the word before it. */
  readonly word: string;
}

const KEPT_TOKENS = 8;

const CONDITIONS = new Set(['if', 'while', 'for', 'with', 'switch']);
const DOUBTFUL_SIGNS = new Set(['&&', '||', '??', '?']);
const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/** Finds the imports of a file without running or parsing it. Marks an import as uncertain if it cannot follow the code. */
export function readImports(source: string): ModuleImports {
  const reader = new ImportReader();
  for (const token of scriptTokens(source)) reader.read(token);
  return reader.finish();
}

class ImportReader {
  private readonly found = new Map<string, ModuleImport>();
  private readonly frames: Frame[] = [{ kind: 'top', isDoubtful: false, isBranch: false, word: '' }];
  /** The last tokens except line ends, the last one first. */
  private readonly before: Token[] = [];
  private isModule = false;
  /** Within an import or export statement, whose module follows `from`. */
  private isStatement = false;
  /** `module.exports = require('x')` as a whole function: how bundlers wrap an external module. */
  private outside: { readonly specifier: string; readonly step: number } | undefined;
  private isBroken = false;

  read(token: Token): void {
    if (token.kind === 'line') {
      this.endLine();
      return;
    }
    if (token.kind === 'word') this.readWord(token.value);
    if (token.kind === 'text') this.readText(token.value);
    if (token.kind === 'sign') this.readSign(token.value);
    this.before.unshift(token);
    if (this.before.length > KEPT_TOKENS) this.before.pop();
  }

  finish(): ModuleImports {
    const isWhole = this.frames.length === 1 && !this.isBroken;
    const list = [...this.found.values()].map((one) => ({ ...one, isCertain: one.isCertain && isWhole }));
    return { isModule: this.isModule, list };
  }

  private get frame(): Frame {
    return this.frames.at(-1) as Frame;
  }

  private isLast(value: string, back = 0): boolean {
    return this.before[back]?.value === value && this.before[back].kind !== 'text';
  }

  private readWord(word: string): void {
    const isStatementWord = (word === 'import' || word === 'export') && this.frame.kind === 'top' && !this.isLast('.');
    if (isStatementWord && this.startsStatement()) {
      this.isStatement = true;
      if (word === 'export') this.isModule = true;
    }
    if (word === 'else') this.frame.isBranch = true;
  }

  private startsStatement(): boolean {
    const [last] = this.before;
    return last === undefined || (last.kind === 'sign' && (last.value === ';' || CLOSING.has(last.value))) || last.kind !== 'sign';
  }

  private readText(text: string): void {
    if (text === '') return;
    if (this.isStatement && (this.isLast('from') || this.isLast('import'))) {
      this.isModule = true;
      this.isStatement = false;
      this.note(text, 'import', true);
    } else if (this.isLast('(') && this.isLast('require', 1) && !this.isLast('.', 2)) this.readRequire(text);
    else if (this.isLast('(') && this.isLast('import', 1) && !this.isLast('.', 2)) this.note(text, 'import', false);
  }

  private readRequire(specifier: string): void {
    // A function of that name has a parameter.
    if (this.isLast('function', 2)) return;
    this.note(specifier, 'require', this.isCertain());
    const isExported = this.isLast('=', 2) && this.isLast('exports', 3) && this.isLast('.', 4) && this.isLast('module', 5);
    if (isExported && this.isLast('{', 6) && this.frames.at(-2)?.kind === 'code') this.outside = { specifier, step: 0 };
  }

  private readSign(sign: string): void {
    this.followOutside(sign);
    if (OPENING.has(sign)) this.open(sign);
    else if (CLOSING.has(sign)) this.close();
    else this.readOperator(sign);
  }

  private readOperator(sign: string): void {
    const { frame } = this;
    if (sign === ';') Object.assign(frame, { isDoubtful: false, isBranch: false });
    if (sign === ',' && frame.kind === 'expression') frame.isDoubtful = false;
    if (DOUBTFUL_SIGNS.has(sign) || sign === '=>' || (sign === ':' && frame.kind === 'top')) frame.isDoubtful = true;
    if (this.isStatement && (sign === ';' || sign === '=' || sign === '.')) this.endStatement(sign);
  }

  private open(sign: string): void {
    const word = this.before[0]?.kind === 'word' ? this.before[0].value : '';
    if (this.isStatement && sign === '(') this.endStatement(sign);
    const kind = sign === '{' ? this.kindOfBrace(word) : 'expression';
    this.frames.push({ kind, isDoubtful: false, isBranch: false, word: sign === '(' ? word : '' });
  }

  private kindOfBrace(word: string): FrameKind {
    if (word === 'try') return 'try';
    if (word === 'import' || word === 'export' || word === 'return' || word === 'default' || word === 'with') return 'expression';
    const [last] = this.before;
    return last?.kind === 'sign' && ['=', '(', '[', ',', ':', '?', '&&', '||', '??'].includes(last.value) ? 'expression' : 'code';
  }

  private close(): void {
    const closed = this.frames.length > 1 ? this.frames.pop() : undefined;
    if (closed === undefined) this.isBroken = true;
    else if (CONDITIONS.has(closed.word)) this.frame.isBranch = true;
    else if (closed.kind === 'code' || closed.kind === 'try') Object.assign(this.frame, { isDoubtful: false, isBranch: false });
  }

  private endLine(): void {
    const [last] = this.before;
    const isGoingOn = last?.kind === 'sign' && !CLOSING.has(last.value) && last.value !== ';';
    if (this.frame.kind === 'top' && !isGoingOn) this.frame.isDoubtful = false;
  }

  private endStatement(sign: string): void {
    // `import(` and `import.meta` are not statements; `export const a =` is one.
    const isOtherImport = (sign === '(' || sign === '.') && this.isLast('import');
    if (!isOtherImport) this.isModule = true;
    this.isStatement = false;
  }

  private isCertain(): boolean {
    return this.frames.every(({ kind, isDoubtful, isBranch }) => (kind === 'top' || kind === 'expression') && !isDoubtful && !isBranch);
  }

  /** Certain if `)`, an optional `;`, and `}` follow. */
  private followOutside(sign: string): void {
    const { outside } = this;
    if (outside === undefined) return;
    const isNext = sign === ')' ? outside.step === 0 : sign === ';' && outside.step === 1;
    if (sign === '}' && outside.step > 0) this.note(outside.specifier, 'require', true);
    this.outside = isNext ? { ...outside, step: outside.step + 1 } : undefined;
  }

  private note(specifier: string, kind: ModuleImport['kind'], isCertain: boolean): void {
    if (!isCertain && this.frames.some((frame) => frame.kind === 'try')) return;
    const key = `${kind} ${specifier}`;
    this.found.set(key, { specifier, kind, isCertain: isCertain || this.found.get(key)?.isCertain === true });
  }
}
