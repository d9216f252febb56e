import { type OptionSchema } from './options-json-schema';
import { writtenJsonSchemas } from './written-json-schemas';

/** Files that people write, with the help of these schemas; the others describe what programs read. */
const WRITTEN_BY_PEOPLE = /^registries|\/(?:executors|generators)\//;

interface Property {
  readonly name: string;
  readonly schema: OptionSchema;
}

function propertiesOf(value: unknown, path = ''): readonly Property[] {
  if (typeof value !== 'object' || value === null) return [];
  const { properties } = value as OptionSchema;
  const own = Object.entries(typeof properties === 'object' ? properties : {}).map(([name, schema]) => ({
    name: `${path}.${name}`,
    schema,
  }));
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => propertiesOf(inner, `${path}/${key}`))];
}

const schemas = Object.entries(writtenJsonSchemas());

it.each(schemas)('%s describes every property', (_file, schema) => {
  const properties = propertiesOf(schema);
  expect(properties.length).toBeGreaterThan(0);
  const silent = properties.filter(({ schema: { description, const: only } }) => only === undefined && (description ?? '').length < 10);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

/** Whether it says which values it has: as choices, a default, an example, or further inside. */
const showsValue = (schema: OptionSchema) =>
  /"(?:enum|const|default|examples|\$default|\$ref":"#\/definitions\/tagRule)/.test(JSON.stringify(schema));
const isText = ({ type }: OptionSchema) => [type].flat().some((one) => one === 'string' || one === 'array');

it.each(schemas.filter(([file]) => WRITTEN_BY_PEOPLE.test(file)))('%s shows what each text looks like', (_file, schema) => {
  const bare = propertiesOf(schema).filter(({ schema: property }) => isText(property) && !showsValue(property));
  expect(bare.map(({ name }) => name)).toEqual([]);
});
