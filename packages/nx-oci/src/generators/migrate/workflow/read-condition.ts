import { ALWAYS, type Condition } from '../expressions/conditions';
import { type Constants } from '../expressions/evaluate-expression';
import { toCondition } from '../expressions/to-condition';

export interface ReadCondition {
  readonly condition: Condition;
  readonly notes: readonly string[];
}

// What a job waits for does not change what it publishes.
const OF_THE_RUN = /\b(?:needs|steps|jobs)\.|\b(?:success|always|failure|cancelled)\s*\(|!=\s*''|github\.repository/;

/** The `if:` of a job or a step, or its `push:`. What has no counterpart counts as true, and is noted unless it is about the run. */
export function readConditionOf(written: string | undefined, constants: Constants): ReadCondition {
  if (written === undefined) return { condition: ALWAYS, notes: [] };
  const exact = toCondition(written, { constants });
  if (exact !== undefined) return { condition: exact, notes: [] };
  const condition = toCondition(written, { constants, unknown: ALWAYS }) ?? ALWAYS;
  const text = written.trim().replace(/^\$\{\{\s*(.*?)\s*\}\}$/s, '$1');
  return {
    condition,
    notes: OF_THE_RUN.test(text) ? [] : [`its condition ${text} → \`when\` in the rules of its tags (docs/publish/tags.md)`],
  };
}
