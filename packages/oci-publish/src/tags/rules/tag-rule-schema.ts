import { z } from 'zod';

import { closedMap, refuse, type ValueProblem } from '../../text/describe-issue';
import { COMMON_OPTIONS } from '../grammar/rule-options';
import { KIND_NAMES, isRuleName, RULE_KINDS, RULE_NAMES, type KindName, type RuleName } from '../kinds/rule-kinds';

type Options<Kind extends KindName> = (typeof RULE_KINDS)[Kind]['options'];
type Written<Shape extends z.ZodRawShape> = keyof Shape extends never ? unknown : Readonly<z.input<z.ZodObject<Shape>>>;

/** A rule that is written as a map; docs/publish/tags.md has every option. */
export type WrittenRule = {
  readonly [Kind in KindName]: Written<typeof COMMON_OPTIONS> &
    Written<Options<Kind>> &
    (Kind extends RuleName ? { readonly rule: Kind } : unknown);
}[KindName];

/** What a user may write in `tags`: a word, a literal tag, a template, or a map where it needs more. */
export type WrittenTagRule = string | WrittenRule;

const made = new Map<KindName, z.ZodObject>();

/** The map that a rule of a kind may be written as. Made where it is asked for: most lists name two or three. */
export function ruleMap(kind: KindName): z.ZodObject {
  const map = made.get(kind) ?? makeMap(kind);
  made.set(kind, map);
  return map;
}

interface AnyKind {
  readonly options: z.ZodRawShape;
  readonly alwaysFloats?: boolean;
  readonly check?: (options: object) => readonly ValueProblem[];
}

function makeMap(kind: KindName): z.ZodObject {
  const { options, alwaysFloats = false, check } = RULE_KINDS[kind] as AnyKind;
  const word: z.ZodRawShape = isRuleName(kind) ? { rule: z.literal(kind).describe(`The rule ${kind}.`) } : {};
  const map = closedMap({ ...word, ...COMMON_OPTIONS, ...(alwaysFloats && { floating: alwaysFloating(kind) }), ...options });
  return check === undefined ? map : map.check(refuse(check));
}

function alwaysFloating(kind: KindName) {
  const fix = 'remove `floating`, or write the tag as a { literal: … }';
  const check = (floats: unknown) => (floats === false ? [{ what: `\`${kind}\` always floats`, fix, isWhole: true } as const] : []);
  return COMMON_OPTIONS.floating.check(refuse(check));
}

/** How a schema refers to an entry of `tags`; `tagRuleDefinitions` has its parts. */
export const TAG_RULE_REFERENCE = { $ref: '#/definitions/tagRule' };

/** JSON Schema (draft 7) of one entry of `tags`, for editors. */
export function tagRuleDefinitions(): Readonly<Record<string, object>> {
  const description = `A rule (${RULE_NAMES.join(', ')}), a template such as {branch}-{shortSha}, or a literal tag.`;
  const word = z
    .string()
    .min(1)
    .meta({ description, examples: [...RULE_NAMES, '{branch}-{shortSha}'] });
  const union = z.union([word, ...KIND_NAMES.map(ruleMap)]);
  const { definitions, anyOf } = z.toJSONSchema(union, { target: 'draft-7', io: 'input' });
  return { tagRule: { anyOf }, ...(definitions as Readonly<Record<string, object>>) };
}
