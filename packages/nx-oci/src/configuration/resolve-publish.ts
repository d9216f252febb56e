import { type Finding, type YamlPath } from './problem';
import { type RawRegistries } from './registries-schema';
import { type PublishDefaults } from './registry-entry';
import { textsUnder } from './value-at';
import { complainUnset, replaceVariables, type Environment } from './variables';

/** Replaces the variables of the `publish` section, which every publish reads. */
export function resolvePublish(
  content: RawRegistries,
  env: Environment,
): { readonly publish: Partial<PublishDefaults>; readonly findings: readonly Finding[] } {
  const section = { publish: content.publish ?? {} };
  const findings = textsUnder(section).flatMap(({ path, text }) => findUnset(path, text, env));
  return { publish: replaceInside(section.publish, env) as Partial<PublishDefaults>, findings };
}

function findUnset(path: YamlPath, text: string, env: Environment): readonly Finding[] {
  const { unset } = replaceVariables(text, env);
  return unset.length === 0 ? [] : [{ path, part: 'value', ...complainUnset(unset) }];
}

/** Replaces the variables in all texts of a value. */
export function replaceInside(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return replaceVariables(value, env).text;
  if (Array.isArray(value)) return value.map((item) => replaceInside(item, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceInside(item, env)]));
}
