import { type When } from '../grammar/when';
import { type RuleSource } from '../kinds/rule-kinds';

/** The options that every rule may have. */
export interface CommonRuleOptions {
  /** Its name in the plan: rule name, tag or template. */
  readonly label: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Default: that of its kind. */
  readonly floating?: boolean;
  readonly when?: When;
  /** The setting that added it to the configured list; absent if it was configured itself. */
  readonly addedBy?: 'exactVersion';
}

/** A valid rule of `tags`. */
export type TagRule = CommonRuleOptions & RuleSource;

/** Whether a rule may need the version of a commit that is not a release. */
export function isOfVersionLine({ kind }: TagRule): boolean {
  return kind === 'minor' || kind === 'major' || kind === 'template';
}

/** The prefix of `version`, `minor` and `major`, unless the configuration or the rule has another one. */
export const DEFAULT_VERSION_PREFIX = 'v';
