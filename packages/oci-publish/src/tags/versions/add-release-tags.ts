import { type Released } from './released';

/**
 * Adds the tags that `release.docker` chose to the configured ones. Pure. `tags/rules/exact-version` adds the exact version of a
 * release.
 *
 * @param written rules as configured, not validated
 * @param released by `nx release`; without it the tags stay unchanged
 */
export function addReleaseTags(written: readonly unknown[], released: Released | undefined): readonly unknown[] {
  const imageTag = released?.imageTag;
  return imageTag === undefined ? written : [...written, { literal: imageTag, floating: false }];
}
