import { type CheckedValue, type Diagnostic } from '../../text/problem';
import { showValue } from './show-value';
import { hasVariables, listVariables } from './variables';

/**
 * What is wrong with a value, in words that show the text of the file: never the value of a variable, which may be a
 * secret that was put into the wrong one.
 *
 * @param written as written in the file, variables and all
 */
export function describeValue(key: string, written: string, { fault, detail, fix, rule }: CheckedValue): Diagnostic {
  if (!hasVariables(written)) return { what: `\`${key}\` ${detail ?? fault}`, fix };
  return { what: `\`${key}: ${showValue(written)}\` ${fault}`, fix: `set ${listVariables(written).join(' and ')} to ${rule}` };
}
