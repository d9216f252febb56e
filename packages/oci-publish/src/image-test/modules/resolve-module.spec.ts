import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ImageFiles, type LayerFile } from '@nx-oci/layout';
import * as fc from 'fast-check';

import { type FileFacts } from '../facts/file-facts';
import { fileInspector } from '../facts/inspect-file';
import { ModuleResolver, splitSpecifier } from './resolve-module';

jest.setTimeout(120_000);

const WORLDS = 100;

/** A folder of this machine as the files of an image, at the same path. */
function filesOf(root: string): ImageFiles<FileFacts> {
  const files: Record<string, LayerFile<FileFacts>> = {};
  const facts = { mode: 0o644, uid: 0, gid: 0 };
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const key = path.slice(1);
    if (entry.isSymbolicLink()) files[key] = { ...facts, kind: 'link', sizeBytes: 0, target: readlinkSync(path) };
    else if (entry.isDirectory()) files[key] = { ...facts, kind: 'folder', sizeBytes: 0 };
    else {
      const content = readFileSync(path);
      const found = fileInspector.wants(key, content, content.length) ? fileInspector.inspect(key, content) : undefined;
      files[key] = { ...facts, kind: 'file', sizeBytes: content.length, ...(found && { facts: found }) };
    }
  }
  return new ImageFiles([{ files, removed: [], emptied: [] }]);
}

const NAMES = ['a', 'b', '@s/c'] as const;
const target = fc.oneof(fc.constantFrom('./main.js', './lib/x.js', './missing.js', './lib/*.js'), fc.constant(null));
const conditions = fc.dictionary(fc.constantFrom('require', 'import', 'node', 'default', 'browser'), target, { minKeys: 1 });
const exportsMap = fc.oneof(
  target.filter((one) => one !== null),
  conditions,
  fc.dictionary(fc.constantFrom('.', './x', './lib/*', './lib/x', './*.js'), fc.oneof(target, conditions), { minKeys: 1 }),
);
const manifest = fc.record(
  { main: fc.constantFrom('main.js', 'lib', './lib/x', 'missing'), exports: exportsMap, name: fc.constantFrom(...NAMES) },
  { requiredKeys: [] },
);
const FILES = ['main.js', 'index.js', 'lib/x.js', 'lib/index.json', 'x.json', 'x/index.js'] as const;
const packageFiles = fc.record({ manifest: fc.option(manifest), files: fc.subarray([...FILES], { minLength: 1 }) });
const world = fc.record({
  app: packageFiles,
  // Where a package is, directly or through a link as with pnpm.
  packages: fc.dictionary(fc.constantFrom(...NAMES.flatMap((name) => [`app/node_modules/${name}`, `node_modules/${name}`])), packageFiles),
  linked: fc.dictionary(fc.constantFrom('app/node_modules/b', 'app/node_modules/@s/c'), packageFiles),
});
const specifier = fc.oneof(
  fc.constantFrom(
    './main',
    './main.js',
    './lib',
    './lib/',
    '.',
    '..',
    '../x',
    './x',
    '/x',
    './missing',
    'fs',
    'node:path',
    'fs/promises',
    '#x',
  ),
  fc
    .tuple(fc.constantFrom(...NAMES), fc.constantFrom('', '/x', '/lib/x', '/lib/x.js', '/lib', '/main.js', '/package.json'))
    .map(([name, rest]) => name + rest),
);

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

function writeWorld(root: string, { app, packages, linked }: World): void {
  const write = (folder: string, { manifest: json, files }: World['app']) => {
    const all = {
      ...Object.fromEntries(files.map((file) => [file, file.endsWith('json') ? '{}' : '1'])),
      ...(json !== null && { 'package.json': JSON.stringify(json) }),
    };
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, folder, file)), { recursive: true });
      writeFileSync(join(root, folder, file), text);
    }
  };
  write('app', app);
  for (const [folder, content] of Object.entries(packages)) write(folder, content);
  for (const [folder, content] of Object.entries(linked)) {
    if (folder in packages) continue;
    write(`store/${folder}`, content);
    mkdirSync(dirname(join(root, folder)), { recursive: true });
    symlinkSync(join(root, 'store', folder), join(root, folder));
  }
}

/** One process of Node resolves all cases, since jest resolves modules differently. */
const ASK_NODE = `
  const { createRequire } = require('node:module');
  const asked = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
  const answer = ({ from, specifier }) => { try { return createRequire(from).resolve(specifier); } catch { return 'missing'; } };
  process.stdout.write(JSON.stringify(asked.map(answer)));
`;

it('finds exactly what Node finds', async () => {
  const root = realpathSync(await mkdtemp(join(tmpdir(), 'nx-oci-resolve-')));
  try {
    const worlds = fc.sample(fc.tuple(world, fc.array(specifier, { minLength: 12, maxLength: 12 })), WORLDS);
    const asked = worlds.flatMap(([one, specifiers], index) => {
      writeWorld(join(root, String(index)), one);
      return specifiers.map((name) => ({ from: join(root, String(index), 'app/main.js'), specifier: name, one }));
    });
    const input = JSON.stringify(asked.map(({ from, specifier: name }) => ({ from, specifier: name })));
    const byNode = JSON.parse(
      execFileSync(process.execPath, ['--no-deprecation', '-e', ASK_NODE], { input, encoding: 'utf8', maxBuffer: 1e8 }),
    ) as string[];
    const resolver = new ModuleResolver(filesOf(root));
    const differences = asked.flatMap(({ from, specifier: name, one }, index) => {
      const found = resolver.resolve(name, { folder: dirname(from), kind: 'require' });
      const ours = found.kind === 'file' ? found.path : found.kind === 'builtin' ? name : 'missing';
      return ours === byNode[index] ? [] : [{ name, ours, node: byNode[index], one: JSON.stringify(one) }];
    });
    expect(byNode.filter((one) => one !== 'missing').length).toBeGreaterThan(100);
    expect(differences.slice(0, 3)).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it.each([
  ['a', 'a', ''],
  ['a/b/c.js', 'a', 'b/c.js'],
  ['@s/a', '@s/a', ''],
  ['@s/a/b', '@s/a', 'b'],
])('%s is split into a name and a path', (text, name, rest) => {
  expect(splitSpecifier(text)).toEqual([name, rest]);
});
