import { type SkippedRule } from './compute-tags';
import { plainLine } from '../text/plain-text';

/** A rule that gives no tag, and why, in one line: `version in mirror: not a release`. */
export function describeSkippedRule({ rule, reason, registry }: SkippedRule): string {
  return `${rule}${registry === undefined ? '' : ` in ${registry}`}: ${plainLine(reason)}`;
}
