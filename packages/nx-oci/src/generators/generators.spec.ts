import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE = path.join(__dirname, '../..');

interface Entry {
  readonly factory: string;
  readonly schema: string;
  readonly description: string;
}

interface Schema {
  readonly additionalProperties: boolean;
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(path.join(PACKAGE, file), 'utf8'));

const { generators } = readJson('generators.json') as { readonly generators: Readonly<Record<string, Entry>> };

it('lists all generators', () => {
  expect(Object.keys(generators)).toEqual(['init', 'registry', 'image', 'ci', 'migrate']);
});

describe.each(Object.entries(generators))('generator %s', (_, { factory, schema }) => {
  it('is where Nx searches it, in the source and in the built package', () => {
    // Without extension: Nx maps the path to src while the plugin is part of the workspace, and to dist when installed.
    expect(path.extname(factory)).toBe('');
    expect(existsSync(path.join(PACKAGE, `${factory.replace('/dist/', '/src/')}.ts`))).toBe(true);
  });

  it('describes every option and accepts no other', () => {
    const { additionalProperties, properties } = readJson(schema) as Schema;
    expect(additionalProperties).toBe(false);
    expect(Object.values(properties).filter(({ description }) => description === undefined)).toEqual([]);
  });
});
