import { COMMON_OPTIONS, RULE_OPTIONS, type OptionName } from '../grammar/rule-options';
import { RULE_KINDS, RULE_NAMES, type KindName } from '../kinds/rule-kinds';

/** What a schema says that holds an entry of `tags`; its parts are `tagRuleDefinitions`. */
export const TAG_RULE_REFERENCE = { $ref: '#/definitions/tagRule' };

/** JSON Schema (draft 7) of one entry of `tags`, for editors: made of the tables that the rules are read by. */
export function tagRuleDefinitions(): Readonly<Record<string, object>> {
  const word = `A rule (${RULE_NAMES.join(', ')}), a template such as {branch}-{shortSha}, or a literal tag.`;
  const maps = [
    ...RULE_NAMES.map((rule) => mapSchema(rule, 'rule', { const: rule, description: `The rule ${rule}.` })),
    mapSchema('literal', 'literal', { type: 'string', description: 'A literal tag, even if a rule has the same name.' }),
    mapSchema('template', 'template', { type: 'string', description: 'Text with fields in braces: {branch}-{shortSha}.' }),
  ];
  const patterns = (description: string) => ({
    description,
    anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
  });
  return {
    tagRule: { anyOf: [{ type: 'string', minLength: 1, description: word }, ...maps] },
    when: {
      type: 'object',
      properties: {
        branch: patterns('Branches, as globs or /regular expressions/; start with ! to exclude.'),
        tag: patterns('Git tags, as globs or /regular expressions/.'),
        event: patterns('push, tag, pullRequest, schedule, manual, other or local.'),
      },
      additionalProperties: false,
      minProperties: 1,
    },
  };
}

function mapSchema(kind: KindName, key: string, value: object): object {
  const options = [...COMMON_OPTIONS, ...(RULE_KINDS[kind].options ?? [])];
  const properties = Object.fromEntries(options.map((name) => [name, optionSchema(name)]));
  return { type: 'object', properties: { [key]: value, ...properties }, required: [key], additionalProperties: false };
}

function optionSchema(name: OptionName): object {
  const { about: description, types } = RULE_OPTIONS[name];
  if (name === 'when') return { description, allOf: [{ $ref: '#/definitions/when' }] };
  return { description, type: types.length === 1 ? types[0] : types };
}
