import { z } from 'zod';

import { refuse } from '../../text/describe-issue';
import { type CheckedValue } from '../../text/problem';
import { describeValue } from './describe-value';
import { checkVariables, hasVariables } from './variables';

/** Text whose variables are replaced when it is used. */
export const fileText = z.string().check(
  refuse((text) => {
    const diagnostic = checkVariables(text);
    return diagnostic === undefined ? [] : [diagnostic];
  }),
);

/**
 * The same with a check, which applies after variables are replaced.
 *
 * @param checkDefaults what no default of a variable makes right
 */
export function checkedText(
  key: string,
  check: (text: string) => CheckedValue | undefined,
  checkDefaults: (text: string) => CheckedValue | undefined = () => undefined,
) {
  return fileText.check(
    refuse((text) => {
      const variable = hasVariables(text);
      const unfit = variable ? checkDefaults(text) : undefined;
      // Without the text, which may contain a secret.
      if (unfit !== undefined) return [{ what: `\`${key}\` ${unfit.fault}`, fix: unfit.fix }];
      const checked = variable ? undefined : check(text);
      return checked === undefined ? [] : [{ ...describeValue(key, text, checked), checked }];
    }),
  );
}
