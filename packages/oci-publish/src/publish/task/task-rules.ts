import { checkNameVariables, listTagVariables, type NameVariables } from '../../configuration/values/name-variables';
import { type RegistryEntry } from '../../configuration/registry-entry';
import { type Registries } from '../../configuration/registries';
import { textsUnder } from '../../configuration/values/value-at';
import { addReleaseTags } from '../../tags/versions/add-release-tags';
import { readTagRules } from '../../tags/rules/read-tag-rules';
import { describeRuleProblem } from '../../tags/grammar/rule-problem';
import { slug } from '../../tags/grammar/tag-grammar';
import { DEFAULT_VERSION_PREFIX, type TagRule } from '../../tags/rules/tag-rule';
import { type WrittenTagRule } from '../../tags/rules/tag-rule-schema';
import { type ReadPublishOptions } from './publish-options';
import { type PublishTask } from './publish-task';
import { findSecretNames } from '../../secrets/refuse-secret-names';

/** The rules of a task, and of its registries with rules of their own. */
export interface TaskRules {
  readonly rules: readonly TagRule[];
  /** By name of the registry. */
  readonly registryRules: ReadonlyMap<string, readonly TagRule[]>;
  /** Prefix of the number in version tags. */
  readonly versionPrefix: string;
}

const DEFAULT_TAGS: readonly WrittenTagRule[] = ['sha', 'major', 'latest'];

/**
 * Reads the rules of a task; all problems are returned together, as sentences that include the fix.
 *
 * @param entries the registries that the task publishes to.
 */
export function readTaskRules(
  { project, released }: Pick<PublishTask, 'project' | 'released'>,
  options: ReadPublishOptions,
  { publish, nameVariables }: Pick<Registries, 'publish' | 'nameVariables'>,
  entries: readonly RegistryEntry[],
): TaskRules & { readonly problems: readonly string[] } {
  const prefix = options.prefix ?? publish.prefix ?? DEFAULT_VERSION_PREFIX;
  const read = (written: readonly unknown[]) => readTagRules(addReleaseTags(written, released), prefix);
  const own = read(withTagNames(options.tags, project) ?? publish.tags ?? DEFAULT_TAGS);
  const ofRegistries = entries.flatMap(({ name, tags }) => (tags === undefined ? [] : [{ name, ...read(tags) }]));
  return {
    rules: own.rules,
    versionPrefix: prefix,
    registryRules: new Map(ofRegistries.map(({ name, rules }) => [name, rules])),
    problems: [
      ...findTagVariables(options.tags, nameVariables),
      ...findSecretNames(textsUnder(options.tags ?? []).map(({ text }) => ({ kind: 'tag', text }))),
      ...own.problems.map(describeRuleProblem),
      ...ofRegistries.flatMap(({ name, problems }) => problems.map((problem) => `registry ${name}: ${describeRuleProblem(problem)}`)),
    ],
  };
}

/** The rules of registries.yaml were checked when it was read. */
function findTagVariables(tags: readonly unknown[] | undefined, allowed: NameVariables): readonly string[] {
  return textsUnder(tags ?? []).flatMap(({ text }) => {
    const diagnostic = checkNameVariables(listTagVariables(text), true, allowed);
    return diagnostic === undefined ? [] : [`\`${text}\`: ${diagnostic.what}: ${diagnostic.fix}`];
  });
}

/** The rules of one registry. */
export function rulesIn({ rules, registryRules }: TaskRules, { name }: Pick<RegistryEntry, 'name'>): readonly TagRule[] {
  return registryRules.get(name) ?? rules;
}

/**
 * Nx replaces `{projectName}` in options by the project's name as it is: `@acme/api`. In a tag, characters that tags do not
 * allow are replaced.
 */
function withTagNames(tags: readonly unknown[] | undefined, project: string): readonly unknown[] | undefined {
  const name = slug(project);
  if (tags === undefined || name === project || name === '') return tags;
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(project, name);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  return tags.map(fill);
}
