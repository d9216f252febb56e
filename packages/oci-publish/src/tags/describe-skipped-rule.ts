import { type SkippedRule } from './compute-tags';
import { plainLine } from '../text/plain-text';

/** A rule that gives no tag, and why, in one line: `version in mirror: not a release`. */
function describeSkippedRule({ rule, reason, registry }: SkippedRule): string {
  return `${rule}${registry === undefined ? '' : ` in ${registry}`}: ${plainLine(reason)}`;
}

/** Rules that give no tag for the same reason share a line: `major, minor: no release tag yet`. */
export function describeSkippedRules(skipped: readonly SkippedRule[]): readonly string[] {
  const lines = new Map<string, SkippedRule>();
  for (const one of skipped) {
    const key = JSON.stringify([one.reason, one.registry]);
    const before = lines.get(key);
    const rules = new Set([...(before?.rule.split(', ') ?? []), one.rule]);
    lines.set(key, { ...one, rule: [...rules].join(', ') });
  }
  return [...lines.values()].map(describeSkippedRule);
}
