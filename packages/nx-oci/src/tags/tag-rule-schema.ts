import { RULE_NAMES } from './rule-names';
import { OPTIONS_OF, RULE_OPTIONS, type OptionName } from './rule-options';

/** JSON Schema (draft 7) of one entry of `tags`, for editors: made of the tables that the rules are read by. */
export function tagRuleJsonSchema(): Readonly<Record<string, unknown>> {
  const kinds = RULE_NAMES.map((rule) => mapSchema(OPTIONS_OF[rule], 'rule', { const: rule }));
  return {
    anyOf: [
      { type: 'string', minLength: 1, description: `A rule (${RULE_NAMES.join(', ')}), a template such as {branch}-{shortSha}, or a literal tag.` },
      ...kinds,
      mapSchema(OPTIONS_OF['literal'], 'literal', { type: 'string', description: 'A tag as it is, even where a rule has the same name.' }),
      mapSchema(OPTIONS_OF['template'], 'template', { type: 'string', description: 'Text with fields in braces: {branch}-{shortSha}.' }),
    ],
  };
}

function mapSchema(options: readonly OptionName[] = [], kind: string, value: object): object {
  const properties = Object.fromEntries(options.map((name) => [name, optionSchema(name)]));
  return { type: 'object', properties: { [kind]: value, ...properties }, required: [kind], additionalProperties: false };
}

function optionSchema(name: OptionName): object {
  const { about: description, types } = RULE_OPTIONS[name];
  if (name === 'when') return { description, ...WHEN };
  return { description, type: types.length === 1 ? types[0] : types };
}

const PATTERNS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] };
const WHEN = {
  type: 'object',
  properties: { branch: PATTERNS, tag: PATTERNS, event: PATTERNS },
  additionalProperties: false,
  minProperties: 1,
};
