import { type RequestedTag } from './compute-tags';
import { DEFAULT_VERSION_PREFIX, type TagRule } from './rules/tag-rule';
import { type VersionNames } from './version-names';

/**
 * The names of the exact versions that compete for a tag: as in the rule `version`, else as in its lines; versions of one flavour
 * (`-alpine`) only compete with each other.
 */
export function findVersionNames({ tag, rule: label }: RequestedTag, rules: readonly TagRule[]): VersionNames {
  const own = rules.find((rule) => rule.label === label && tag.startsWith(rule.prefix) && tag.endsWith(rule.suffix));
  const suffix = own?.suffix ?? '';
  const prefixOf = (kind: TagRule['kind']): string | undefined =>
    rules.find((rule) => rule.kind === kind && rule.suffix === suffix)?.prefix;
  const prefix = prefixOf('version') ?? prefixOf('minor') ?? prefixOf('major') ?? DEFAULT_VERSION_PREFIX;
  return { prefix, suffix, ...(own?.kind === 'channel' && { channel: { name: own.name, stable: own.stable } }) };
}
