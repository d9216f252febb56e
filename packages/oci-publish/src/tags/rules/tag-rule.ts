import { type When } from '../grammar/when';
import { type RuleSource } from '../kinds/rule-kinds';

/** What every rule may have beside what it is. */
export interface CommonRuleOptions {
  /** How the plan calls it: its word, tag or template. */
  readonly label: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Absent: as its kind has it. */
  readonly floating?: boolean;
  readonly when?: When;
  /** The setting that added it to the configured list; absent if it was written. */
  readonly addedBy?: 'exactVersion';
}

/** A rule of `tags`, read and checked. */
export type TagRule = CommonRuleOptions & RuleSource;

/** Whether a rule may ask for the version of a commit that is not a release. */
export function isOfVersionLine({ kind }: TagRule): boolean {
  return kind === 'minor' || kind === 'major' || kind === 'template';
}

/** Stands before `version`, `minor` and `major`, unless configured or said in the rule. */
export const DEFAULT_VERSION_PREFIX = 'v';
