import { type Released } from './released';

/**
 * The tags that `release.docker` chose, beside those that are configured. Pure. The exact version of a release is added where
 * versions are known (`tags/rules/exact-version`).
 *
 * @param written rules as configured, right or wrong
 * @param released by `nx release`; without it the tags stay what they are
 */
export function addReleaseTags(written: readonly unknown[], released: Released | undefined): readonly unknown[] {
  const imageTag = released?.imageTag;
  return imageTag === undefined ? written : [...written, { literal: imageTag, floating: false }];
}
