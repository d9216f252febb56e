import { type CheckedValue, type Diagnostic } from '../../text/problem';
import { showValue } from './show-value';
import { hasVariables, listVariables } from './variables';

/**
 * Describes what is wrong with a value. Quotes the text of the file, never the value of a variable, which may be a misplaced
 * secret.
 *
 * @param written as in the file, with its variables
 */
export function describeValue(key: string, written: string, { fault, detail, fix, rule }: CheckedValue): Diagnostic {
  if (!hasVariables(written)) return { what: `\`${key}\` ${detail ?? fault}`, fix };
  return { what: `\`${key}: ${showValue(written)}\` ${fault}`, fix: `set ${listVariables(written).join(' and ')} to ${rule}` };
}
