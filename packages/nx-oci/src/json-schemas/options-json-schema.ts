import { z } from 'zod';

/** JSON Schema of one option, as far as this file reads it. */
export interface OptionSchema {
  readonly [key: string]: unknown;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly OptionSchema[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly items?: OptionSchema;
  readonly properties?: Readonly<Record<string, OptionSchema>>;
  readonly required?: readonly string[];
}

/**
 * What Nx's own check of options may see: everything passes. Nx (22 to 24) shows only the first mistake, without the name or value
 * that was meant, and in a batch as the stack of a crash; our checks report all of them, each with its fix.
 *
 * Nx looks no further than `anyOf` where an option has one. Everything beside it is for readers: `--help`, Nx Console and editors.
 */
export const CHECKED_BY_NX_OCI = {
  anyOf: [
    ...['string', 'number', 'boolean', 'object', 'null'].map((type) => ({ type })),
    // Of items without a schema Nx takes none that is an object.
    { type: 'array', items: { $ref: '#/definitions/checkedByNxOci' } },
  ],
};

const LET_PASS = { anyOf: [{ $ref: '#/definitions/checkedByNxOci' }] };

/**
 * JSON Schema (draft 7) of options, by name, made of the zod schema that checks them.
 *
 * @param important names that `--help` and Nx Console show first
 */
export function optionProperties(schema: z.ZodObject, important: readonly string[] = []): Readonly<Record<string, OptionSchema>> {
  const { properties = {} } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', override: tidy }) as OptionSchema;
  const entries = Object.entries(properties).map(([name, option]): [string, OptionSchema] => {
    const { description = '', ...rest } = mergeAlternatives(option);
    const priority = important.includes(name) ? { 'x-priority': 'important' } : {};
    const text = [`${description}${describeExamples(rest)}`, ...describeFields(rest)].join('\n');
    // Nx looks for defaults in the fields of what is called 'object', and fails on one that is null.
    const type = rest.properties === undefined ? {} : { type: ['object'] };
    return [name, { description: text, ...priority, ...rest, ...type, ...LET_PASS }];
  });
  return Object.fromEntries(entries);
}

/** zod omits the metadata of a text that it then transforms, and adds the limits of JavaScript to each whole number. */
function tidy({ zodSchema, jsonSchema }: { readonly zodSchema: z.core.$ZodType; readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { examples, default: byDefault } = z.globalRegistry.get(zodSchema) ?? {};
  if (examples !== undefined) jsonSchema.examples = [...(examples as readonly unknown[])];
  if (byDefault !== undefined) jsonSchema.default = byDefault;
  delete jsonSchema.readOnly;
  delete jsonSchema.propertyNames;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

/**
 * `string | string[]` as one schema with two types, in which each keyword speaks of one of them: `--help` prints no type of an
 * `anyOf`. `true` beside 'true' is a boolean.
 */
function mergeAlternatives({ anyOf, ...option }: OptionSchema): OptionSchema {
  if (anyOf === undefined) return closed(option);
  const merged = anyOf.map(mergeAlternatives).filter((one) => one.enum?.includes('true') !== true);
  const types = [...new Set(merged.flatMap(({ type = [] }) => type))];
  const joined = withAllChoices(Object.assign({}, ...merged) as OptionSchema, types);
  return { ...joined, ...option, type: types.length === 1 ? types[0] : types };
}

/** A list of choices would refuse the values of the other alternatives. */
function withAllChoices({ enum: choices, const: only, ...schema }: OptionSchema, types: readonly string[]): OptionSchema {
  const values = choices ?? (only === undefined ? undefined : [only]);
  const others = types.filter((type) => type !== 'string');
  if (values === undefined || others.some((type) => type !== 'boolean')) return schema;
  return { ...schema, enum: others.length === 0 ? values : [true, false, ...values] };
}

/** Our checks refuse unknown names wherever the known ones are listed. */
function closed({ items, properties, additionalProperties, ...schema }: OptionSchema): OptionSchema {
  if (schema.enum !== undefined) return { ...schema, type: 'string' };
  if (items !== undefined) {
    // Nx looks for defaults in the entries of what is called 'array', and stumbles over one that is null.
    const type = items.properties === undefined ? schema.type : ['array'];
    return { ...schema, ...(type !== undefined && { type }), items: mergeAlternatives(items) };
  }
  if (properties === undefined) return additionalProperties === undefined ? schema : { ...schema, additionalProperties };
  const fields = Object.entries(properties).map(([name, field]) => [name, mergeAlternatives(field)]);
  return { ...schema, properties: Object.fromEntries(fields) as Record<string, OptionSchema>, additionalProperties: false };
}

/** As the command line takes them; `--help` prints no `examples` of an option. */
function describeExamples({ description = '', examples = [] }: OptionSchema): string {
  return examples.every((example) => description.includes(String(example))) ? '' : ` For example ${examples.map(String).join(' or ')}.`;
}

/** `--help` prints descriptions of options alone: those of their fields are added to them. */
function describeFields({ items }: OptionSchema): readonly string[] {
  return Object.entries(items?.properties ?? {}).map(([name, { description = '', enum: choices }]) => {
    const notes = [
      ...(items?.required?.includes(name) === true ? ['required'] : []),
      ...(choices === undefined ? [] : [choices.join(' | ')]),
    ];
    return `- ${name}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}: ${description}`;
  });
}
