import { parseExpression, type Expression, type Value } from './parse-expression';

/** Values of contexts that are known: `env.IMAGE`, `matrix.app`; a value may itself contain `${{ }}`. */
export type Constants = Readonly<Record<string, string>>;

// A constant may name others, but one that names itself has no end.
const MAX_DEPTH = 5;

/** Replaces each `${{ }}` whose value is known; others stay as they are. */
export function replaceConstants(text: string, constants: Constants, depth = 0): string {
  const replaced = text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/gs, (whole, inner: string) => {
    const constant = constants[inner];
    if (constant !== undefined) return constant;
    const parsed = parseExpression(inner);
    const value = parsed === undefined ? undefined : evaluate(parsed, constants);
    return value === undefined ? whole : format(value);
  });
  return replaced === text || depth === MAX_DEPTH ? replaced : replaceConstants(replaced, constants, depth + 1);
}

/** @returns undefined if it depends on something that only a job knows */
export function evaluate(expression: Expression, constants: Constants): Value | undefined {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      return valueOf(expression.path, constants);
    case 'call':
      return call(expression, constants);
    case 'not': {
      const value = evaluate(expression.of, constants);
      return value === undefined ? undefined : !isTrue(value);
    }
    case 'both':
      return combine(expression, constants);
  }
}

function combine({ operator, left, right }: Expression & { readonly kind: 'both' }, constants: Constants): Value | undefined {
  const first = evaluate(left, constants);
  if (operator === '||' && first === undefined && isSetting(left)) return evaluate(right, constants);
  if (first === undefined) return undefined;
  if (operator === '&&') return isTrue(first) ? evaluate(right, constants) : first;
  if (operator === '||') return isTrue(first) ? first : evaluate(right, constants);
  const second = evaluate(right, constants);
  if (second === undefined || `${first}${second}`.includes('${{') || (operator !== '==' && operator !== '!=')) return undefined;
  const isEqual = String(first).toLowerCase() === String(second).toLowerCase();
  return operator === '==' ? isEqual : !isEqual;
}

/** Settings of a repository or a run that are optional where a default stands beside them: `vars.IMAGE || 'acme/api'`. */
function isSetting(expression: Expression): boolean {
  return expression.kind === 'name' && /^(?:vars|inputs|env|github\.event\.inputs)\./.test(expression.path);
}

function valueOf(path: string, constants: Constants): string | undefined {
  const value = constants[path];
  const replaced = value === undefined ? undefined : replaceConstants(value, constants, 1);
  return replaced?.includes('${{') === true ? undefined : replaced;
}

function call({ name, arguments: written }: Expression & { readonly kind: 'call' }, constants: Constants): Value | undefined {
  const values = written.map((one) => evaluate(one, constants) ?? openText(one));
  if (values.includes(undefined)) return undefined;
  const [first, second] = values.map((value) => format(value ?? ''));
  if (name === 'format') return (first ?? '').replaceAll(/\{(\d)\}/g, (_, index: string) => format(values[Number(index) + 1] ?? ''));
  const hasOpen = values.some((value) => String(value).includes('${{'));
  if (first === undefined || second === undefined || hasOpen) return undefined;
  const [text, part] = [first.toLowerCase(), second.toLowerCase()];
  if (name === 'startswith') return text.startsWith(part);
  if (name === 'endswith') return text.endsWith(part);
  return name === 'contains' ? text.includes(part) : undefined;
}

/** A name whose value is not known yet, for `format('{0}/api', github.repository)`. */
function openText(expression: Expression): string | undefined {
  return expression.kind === 'name' ? `\${{ ${expression.path} }}` : undefined;
}

export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== '' && value !== 0;
}

function format(value: Value): string {
  return value === null ? '' : String(value);
}
