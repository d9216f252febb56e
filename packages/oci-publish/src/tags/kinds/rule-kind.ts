import { type z } from 'zod';

import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';

/** One kind of tag rule: what may be written of it, and what it gives. Everything that tells it from the others is here. */
export interface RuleKind<Shape extends z.ZodRawShape, Source> {
  /** Its options beside those that all have: their checks, their defaults, and what editors say of them. */
  readonly options: Shape;
  /** A rule with the options that it means nothing without. */
  readonly example?: string;
  /** What it stands for moves with every release: a tag that never did would be no such thing. */
  readonly alwaysFloats?: boolean;
  /** Before its tag where a rule does not say; `version`: the prefix that versions have. */
  readonly defaultPrefix?: 'version' | (string & {});
  readonly make: (options: z.output<z.ZodObject<Shape>>) => Source;
  /** What a rule gives, or why it gives nothing. */
  readonly apply: (source: Source, facts: TagFacts) => TagCandidate | string;
}

export function defineKind<Shape extends z.ZodRawShape, const Source>(kind: RuleKind<Shape, Source>): RuleKind<Shape, Source> {
  return kind;
}
