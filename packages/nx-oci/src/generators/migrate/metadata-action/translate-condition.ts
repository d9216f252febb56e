import { ALWAYS, NEVER, type Condition } from '../expressions/conditions';
import { toCondition } from '../expressions/to-condition';

export type { Condition } from '../expressions/conditions';

/** Translates `enable=` of a row. @returns undefined without a counterpart */
export function translateCondition(written: string | undefined): Condition | undefined {
  if (written === undefined || written === 'true') return ALWAYS;
  if (written === 'false' || written === '') return NEVER;
  if (/^\{\{\s*is_default_branch\s*\}\}$/.test(written)) return [{ branch: '{defaultBranch}' }];
  if (/^\{\{\s*is_not_default_branch\s*\}\}$/.test(written)) return [{ branch: '!{defaultBranch}' }];
  return toCondition(written, {});
}
