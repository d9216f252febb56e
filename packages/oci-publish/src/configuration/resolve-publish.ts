import { readTagRules } from '../tags/rules/read-tag-rules';
import { DEFAULT_VERSION_PREFIX } from '../tags/rules/tag-rule';
import { checkNameValues, listTagVariables } from './values/name-variables';
import { type Finding, type YamlPath } from '../text/problem';
import { type RawRegistries } from './registries-schema';
import { type PublishDefaults } from './registry-entry';
import { showValue } from './values/show-value';
import { textsUnder } from './values/value-at';
import { describeUnset, hasVariables, replaceVariables, type Environment } from './values/variables';

/** Replaces the variables of the `publish` section, which every publish reads. */
export function resolvePublish(
  content: RawRegistries,
  env: Environment,
): { readonly publish: Partial<PublishDefaults>; readonly findings: readonly Finding[] } {
  const { tags, ...rest } = content.publish ?? {};
  const known = new Set(Object.keys(content.registries ?? {}));
  const findings = textsUnder({ publish: rest }).flatMap(({ path, text }) => findBadText(path, text, env, known));
  return {
    publish: replaceInside(content.publish ?? {}, env) as Partial<PublishDefaults>,
    findings: [...findBadTags(tags, ['publish', 'tags'], env), ...findings],
  };
}

function findBadText(path: YamlPath, written: string, env: Environment, known: ReadonlySet<string>): readonly Finding[] {
  if (!hasVariables(written)) return [];
  const { text, unset } = replaceVariables(written, env);
  if (unset.length > 0) return [{ path, part: 'value', ...describeUnset(unset) }];
  const secret = checkNameValues(listTagVariables(written), env);
  if (secret !== undefined) return [{ path, part: 'value', ...secret }];
  if (path[1] !== 'registries' || known.has(text)) return [];
  const fix = `set its variable to the name of an entry under \`registries\``;
  return [{ path, part: 'value', what: `\`${showValue(written)}\` is not defined in registries.yaml`, fix }];
}

/** What is wrong with the tag rules of a list once their variables are replaced; what they are replaced by is not shown. */
export function findBadTags(tags: readonly unknown[] | undefined, list: YamlPath, env: Environment): readonly Finding[] {
  return (tags ?? []).flatMap((rule, index) => findBadRule(rule, [...list, index], env));
}

function findBadRule(rule: unknown, path: YamlPath, env: Environment): readonly Finding[] {
  const written = textsUnder(rule).map((found) => ({ path: [...path, ...found.path], text: found.text }));
  const findings = written.flatMap(({ path: place, text }): readonly Finding[] => {
    const { unset } = replaceVariables(text, env);
    const diagnostic = unset.length > 0 ? describeUnset(unset) : checkNameValues(listTagVariables(text), env);
    return diagnostic === undefined ? [] : [{ path: place, part: 'value', ...diagnostic }];
  });
  const replaced = written.find(({ text }) => hasVariables(text));
  if (findings.length > 0 || replaced === undefined) return findings;
  if (readTagRules([replaceInside(rule, env)], DEFAULT_VERSION_PREFIX).problems.length === 0) return [];
  const what = `\`${showValue(replaced.text)}\` is not a tag rule once its variables are replaced`;
  return [{ path: replaced.path, part: 'value', what, fix: 'set them to letters, digits and . _ -' }];
}

/** Replaces the variables in all texts of a value. */
export function replaceInside(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return replaceVariables(value, env).text;
  if (Array.isArray(value)) return value.map((item) => replaceInside(item, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceInside(item, env)]));
}
