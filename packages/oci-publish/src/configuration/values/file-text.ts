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

/** The same with a check, which applies after variables are replaced. */
export function checkedText(key: string, check: (text: string) => CheckedValue | undefined) {
  return fileText.check(
    refuse((text) => {
      const checked = hasVariables(text) ? undefined : check(text);
      return checked === undefined ? [] : [{ ...describeValue(key, text, checked), checked }];
    }),
  );
}
