import { describeSkippedRules } from '../../tags/describe-skipped-rule';
import { type NamedImage } from './prepare-image';

/**
 * Why an image is published nowhere, if no rule gives it a tag: a line for each rule. Pure.
 *
 * That is no failure: `nx affected -t publish` runs at every commit, also for images that are published by releases alone.
 */
export function reasonForNoTag({ tags: { tags, skipped } }: Pick<NamedImage, 'tags'>): string | undefined {
  if (tags.length > 0) return undefined;
  return ['no rule gives a tag here', ...describeSkippedRules(skipped).map((line) => `  ${line}`)].join('\n');
}
