import { type z } from 'zod';

import { type ValueProblem } from '../../text/describe-issue';
import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';

/** One kind of tag rule: its options, and the tag that it gives. */
export interface RuleKind<Shape extends z.ZodRawShape, Source> {
  /** Its own options, besides the common ones: with their checks, defaults and descriptions for editors. */
  readonly options: Shape;
  /** An example of a rule with its required options. */
  readonly example?: string;
  /** Its meaning moves with every release, so that its tag must be floating. */
  readonly alwaysFloats?: boolean;
  /** The default prefix of its tag; `version`: the prefix of versions. */
  readonly defaultPrefix?: 'version' | (string & {});
  /** What is wrong with options that are valid one by one. */
  check?(options: z.output<z.ZodObject<Shape>>): readonly ValueProblem[];
  readonly make: (options: z.output<z.ZodObject<Shape>>) => Source;
  /** The tag of a rule, or why it gives none. */
  readonly apply: (source: Source, facts: TagFacts) => TagCandidate | string;
}

export function defineKind<Shape extends z.ZodRawShape, const Source>(kind: RuleKind<Shape, Source>): RuleKind<Shape, Source> {
  return kind;
}
