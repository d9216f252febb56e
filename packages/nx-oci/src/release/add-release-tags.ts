import { type Released } from './decide-release';

/**
 * The tags of a release: those that are configured, and always its own name, which nobody should have to ask for. Pure.
 *
 * @param written rules as configured, right or wrong
 * @param released by `nx release`; without it the tags stay what they are
 */
export function addReleaseTags(written: readonly unknown[], released: Released | undefined): readonly unknown[] {
  if (released === undefined) return written;
  const { version, imageTag } = released;
  return [
    ...written,
    ...(version === undefined || written.some(isVersionRule) ? [] : ['version']),
    ...(imageTag === undefined ? [] : [{ literal: imageTag, floating: false }]),
  ];
}

function isVersionRule(rule: unknown): boolean {
  if (typeof rule !== 'object' || rule === null) return rule === 'version';
  return 'rule' in rule && rule.rule === 'version' && !('when' in rule);
}
