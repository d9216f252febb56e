import { registriesJsonSchema } from '@nx-oci/publish';

it('describes every key', () => {
  const keys = listKeys(registriesJsonSchema());
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter(({ description }) => description === undefined)).toEqual([]);
});

interface Key {
  readonly name: string;
  readonly description: string | undefined;
}

function listKeys(schema: unknown): readonly Key[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, { readonly description?: string }>> };
  const own = Object.entries(properties).map(([name, { description }]) => ({ name, description }));
  return [...own, ...Object.values(schema).flatMap(listKeys)];
}
