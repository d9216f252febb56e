import { type OptionValues } from '../grammar/rule-options';
import { type RuleName } from '../kinds/rule-kinds';

/** Where a rule holds: every key that is given has to match, each by one of its patterns. */
export interface WrittenWhen {
  readonly branch?: string | readonly string[];
  readonly tag?: string | readonly string[];
  readonly event?: string | readonly string[];
}

interface CommonOptions {
  readonly prefix?: string | number;
  readonly suffix?: string | number;
  readonly floating?: boolean;
  readonly when?: WrittenWhen;
}

/** A rule that is written as a map; docs/tags.md has every option. */
export interface WrittenRule extends CommonOptions, Omit<OptionValues, 'literal' | 'template'> {
  readonly rule: RuleName | (string & {});
}

/** What a user may write in `tags`: a word, a literal tag, a template, or a map where it needs more. */
export type WrittenTagRule =
  | string
  | WrittenRule
  | (CommonOptions & { readonly literal: string })
  | (CommonOptions & { readonly template: string; readonly timeZone?: string });
