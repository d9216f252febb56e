/**
 * Rows of a table for the properties of a JSON Schema. Properties of objects and of the items of lists follow their owner, with
 * its name before them: `layers[].from`.
 */

/**
 * @param {object} schema an object schema, or a union of such
 * @param {{ prefix?: string, skip?: readonly string[], root?: object }} options `root` holds the definitions
 */
export function schemaRows(schema, { prefix = '', skip = [], root = schema } = {}) {
  const rows = new Map();
  for (const variant of variantsOf(schema, root)) {
    for (const [name, written] of Object.entries(variant.properties ?? {})) {
      if (skip.includes(name)) continue;
      const property = resolve(written, root);
      const key = `${prefix}${name}`;
      const nested = nestedRows(property, key, root);
      const description = describe(property, nested.length > 0);
      const row = {
        key,
        type: typeOf(property, root),
        isRequired: variant.required?.includes(name) === true,
        property: { ...property, description },
      };
      rows.set(key, merge(rows.get(key), row));
      for (const inner of nested) rows.set(inner.key, merge(rows.get(inner.key), inner));
    }
  }
  return [...rows.values()];
}

// `--help` of Nx shows no nested options, so that a description lists them below its first line.
const describe = ({ description = '' }, isNested) => (isNested ? description.split('\n')[0] : description);

function nestedRows(property, key, root) {
  const variants = variantsOf(property, root);
  const own = variants.some(({ properties }) => properties) ? schemaRows(property, { prefix: `${key}.`, root }) : [];
  const items = variants.map(({ items }) => items).find(Boolean);
  const ofItems = items === undefined || isTagRule(items) ? [] : schemaRows(resolve(items, root), { prefix: `${key}[].`, root });
  const values = variants.map(({ additionalProperties }) => additionalProperties).find((value) => value?.properties);
  return [...own, ...ofItems, ...(values ? schemaRows(values, { prefix: `${key}.<name>.`, root }) : [])];
}

// The same property of several variants of a union: each kind of value once.
function merge(known, row) {
  if (known === undefined || known.type === row.type) return known ?? row;
  return { ...known, type: [...new Set([...known.type.split(', '), ...row.type.split(', ')])].join(', ') };
}

function variantsOf(schema, root) {
  const resolved = resolve(schema, root);
  const variants = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])].filter((variant) => !variant.$ref && variant.type !== 'null');
  return variants.length > 0 && !resolved.properties ? variants.flatMap((variant) => variantsOf(variant, root)) : [resolved];
}

function resolve(schema, root) {
  const reference = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0].$ref : undefined);
  return reference === undefined || isTagRule({ $ref: reference })
    ? schema
    : { ...root.definitions[reference.split('/').at(-1)], ...schema };
}

const isTagRule = ({ $ref }) => $ref === '#/definitions/tagRule';

function typeOf(property, root) {
  if (isTagRule(property)) return 'tag rule';
  const kinds = variantsOf(property, root).flatMap((variant) => {
    if (variant.enum) return variant.enum.map(code);
    const choices = variant.const === undefined ? [] : [code(variant.const)];
    const types = [variant.type ?? []].flat().filter((type) => type !== 'null');
    if (types.length === 1 && choices.length > 0) return choices;
    const others = choices.length > 0 ? types.filter((type) => type !== 'string') : types;
    return [...choices, ...others.map((type) => (type === 'array' ? listOf(variant.items, root) : type))];
  });
  return [...new Set(kinds)].join(', ') || 'any';
}

function listOf(items, root) {
  const type = items === undefined ? 'any' : typeOf(items, root);
  return type.includes(', ') ? 'list' : `list of ${type === 'object' ? 'maps' : `${type}s`}`;
}

const code = (value) => `\`${value}\``;
