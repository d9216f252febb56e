import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';
import { type OptionName, type OptionValues } from '../grammar/rule-options';

/** One kind of tag rule: what may be written of it, and what it gives. Everything that tells it from the others is here. */
export interface RuleKind<Source> {
  /** Its options beside those that all have. */
  readonly options?: readonly OptionName[];
  /** Options without which it means nothing, with an example of a rule that has them. */
  readonly required?: { readonly options: readonly OptionName[]; readonly example: string };
  /** What it stands for moves with every release: a tag that never did would be no such thing. */
  readonly alwaysFloats?: boolean;
  /** Before its tag where a rule does not say; `version`: the prefix that versions have. */
  readonly defaultPrefix?: 'version' | (string & {});
  /** Fills in what a rule does not say. */
  readonly make: (options: OptionValues) => Source;
  /** What a rule gives, or why it gives nothing. */
  readonly apply: (source: Source, facts: TagFacts) => TagCandidate | string;
}

export function defineKind<const Source>(kind: RuleKind<Source>): RuleKind<Source> {
  return kind;
}
