import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';

// The lint rule for the floors checks packages; this spec checks every import, and what is published.

const IMPORT = /(?:from|import|require\()\s*['"]([^'"]+)['"]/g;

const files = readdirSync(__dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(__dirname, join(entry.parentPath, entry.name)));
const published = files.filter((file) => !file.endsWith('.spec.ts') && !file.startsWith('testing'));

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(__dirname, file), 'utf8').matchAll(IMPORT)].map(([, name = '']) => name);
const isOurs = (name: string): boolean => name.startsWith('./') || name.startsWith('../');

describe(`the floor, in ${published.length} published files of ${files.length}`, () => {
  it('reads the files that it should', () => {
    expect(published).toEqual(expect.arrayContaining(['index.ts', 'copy/copy-image.ts', 'names/reference.ts']));
    expect(importsOf('copy/copy-image.ts')).toEqual(expect.arrayContaining(['node:stream', '../documents/children-of']));
  });

  it.each(published)('imports only Node and itself: %s', (file) => {
    const others = importsOf(file).filter((name) => !isOurs(name) && !(name.startsWith('node:') && isBuiltin(name)));
    expect(others).toEqual([]);
  });

  it.each(published)('publishes nothing for specs: %s', (file) => {
    expect(importsOf(file).filter((name) => name.includes('testing'))).toEqual([]);
  });

  it('has no dependencies', () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { dependencies?: object };
    expect(manifest.dependencies ?? {}).toEqual({});
  });
});

it('the entry point exports names and has no logic, each file in one statement', () => {
  const door = readFileSync(join(__dirname, 'index.ts'), 'utf8');
  const sources = [...door.matchAll(/^export \{[^}]*\} from '([^']+)';$/gm)].map(([, source]) => source);
  expect(door.replaceAll(/^export \{[^}]*\} from '[^']+';$/gm, '').trim()).toBe('');
  expect(new Set(sources).size).toBe(sources.length);
});
