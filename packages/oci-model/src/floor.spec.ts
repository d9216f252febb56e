import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';

// The lint rule that holds the floors looks at packages; this looks at every import, and at what is published.

const IMPORT = /(?:from|import|require\()\s*['"]([^'"]+)['"]/g;

const files = readdirSync(__dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(__dirname, join(entry.parentPath, entry.name)));
const published = files.filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('testing'));

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(__dirname, file), 'utf8').matchAll(IMPORT)].map(([, name = '']) => name);
const isOurs = (name: string): boolean => name.startsWith('./') || name.startsWith('../');

describe(`the floor, in ${published.length} published files of ${files.length}`, () => {
  it('was looked at', () => {
    expect(published).toEqual(expect.arrayContaining(['index.ts', 'copy/copy-image.ts', 'names/reference.ts']));
    expect(importsOf('copy/copy-image.ts')).toEqual(expect.arrayContaining(['node:stream', '../documents/children-of']));
  });

  it.each(published)('rests on Node and itself alone: %s', (file) => {
    const strangers = importsOf(file).filter((name) => !isOurs(name) && !(name.startsWith('node:') && isBuiltin(name)));
    expect(strangers).toEqual([]);
  });

  it.each(published)('publishes nothing that is for specs: %s', (file) => {
    expect(importsOf(file).filter((name) => name.includes('testing'))).toEqual([]);
  });

  it('depends on no package', () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { dependencies?: object };
    expect(manifest.dependencies ?? {}).toEqual({});
  });
});

it('the front door holds names and no logic, each file in one statement', () => {
  const door = readFileSync(join(__dirname, 'index.ts'), 'utf8');
  const sources = [...door.matchAll(/^export \{[^}]*\} from '([^']+)';$/gm)].map(([, source]) => source);
  expect(door.replaceAll(/^export \{[^}]*\} from '[^']+';$/gm, '').trim()).toBe('');
  expect(new Set(sources).size).toBe(sources.length);
});
