import { type SkippedRule } from '../tags/compute-tags';
import { plainLine } from './plain-text';

/** A rule that gives no tag, and why, in one line: `version in mirror: not a release`. */
export function describeSkippedRule({ rule, reason, registry }: SkippedRule): string {
  return `${rule}${registry === undefined ? '' : ` in ${registry}`}: ${plainLine(reason)}`;
}
