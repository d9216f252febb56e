import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WORKSPACE_ROOT } from './support/workspace-root';

const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry', 'oci-publish', 'nx-oci'] as const;
const folderOf = (name: string) => join(WORKSPACE_ROOT, 'packages', name);
const nodeIn = (folder: string, ...args: readonly string[]) =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }).trim();

describe.each(PACKAGES)('the build output of %s', (name) => {
  const folder = folderOf(name);

  it('consists of bundles, files that open them, and one file per third-party library', () => {
    const scripts = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    expect(scripts.some((file) => file.startsWith('bundle/'))).toBe(true);
    for (const script of scripts.filter((file) => !/^(?:bundle|third-party)\//.test(file)))
      expect(readFileSync(join(folder, 'dist', script), 'utf8')).toMatch(
        /^(?:#!.*\n)?module\.exports = require\('\.[./]*\/bundle\/[a-z-]+\.js'\)\[/,
      );
  });

  it('exports the same names to import and require', () => {
    const { name: packageName } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly name: string };
    const required = nodeIn(folder, '-p', `JSON.stringify(Object.keys(require('${packageName}')).sort())`);
    const program = `const names = Object.keys(await import('${packageName}')); console.log(JSON.stringify(names.sort()));`;
    const imported = JSON.parse(nodeIn(folder, '--input-type=module', '-e', program)) as readonly string[];
    expect(imported.filter((key) => key !== 'default' && key !== 'module.exports')).toEqual(JSON.parse(required));
  });

  it('includes the licence of every bundled library', () => {
    const libraries = join(folder, 'dist/third-party');
    if (!existsSync(libraries)) return;
    const licenses = readFileSync(join(libraries, 'LICENSES.txt'), 'utf8');
    const texts = readdirSync(libraries).map((file) => readFileSync(join(libraries, file), 'utf8'));
    const names = texts.flatMap((text) => [...text.matchAll(/^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, found]) => found));
    expect(names.length).toBeGreaterThan(0);
    for (const found of new Set(names)) expect(licenses).toMatch(new RegExp(`^${found} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  });
});

it('shares one error class between all packages', () => {
  const program = `
    const { OciError } = require('@nx-oci/model');
    const asks = [
      () => require('@nx-oci/layout').openLayout('/nowhere'),
      () => require('@nx-oci/publish').loadRegistries(process.argv[1], {}),
    ];
    const thrownBy = (ask) => ask().then(() => undefined, (error) => error);
    Promise.all(asks.map(thrownBy)).then((errors) => console.log(errors.map((error) => error instanceof OciError).join()));`;
  const workspace = mkdtempSync(join(tmpdir(), 'nx-oci-bundles-'));
  writeFileSync(join(workspace, 'registries.yaml'), 'registries: 5');
  expect(nodeIn(folderOf('nx-oci'), '-e', program, workspace)).toBe('true,true');
  rmSync(workspace, { recursive: true });
});

it('loads a publish from three files at most', () => {
  const batch = join(folderOf('nx-oci'), 'dist/executors/publish/batch.js');
  const files = nodeIn(folderOf('nx-oci'), '-p', `require('${batch}'); Object.keys(require.cache).length`);
  expect(Number(files)).toBeLessThanOrEqual(3);
});

it('names the source file in stack traces when Node reads source maps', () => {
  const program = `try { require('@nx-oci/model').parseDigest('nonsense'); } catch (error) { console.log(error.stack); }`;
  expect(nodeIn(folderOf('nx-oci'), '--enable-source-maps', '-e', program)).toMatch(/oci-model\/src\/names\/digest\.ts:\d+/);
});

it('finds the files beside its modules when those are in a bundle', () => {
  const program = `
    const { createTree } = require('nx/src/generators/testing-utils/create-tree');
    const generate = require('./dist/generators/ci/generator.js').default;
    const tree = createTree();
    const image = { executor: 'nx-oci:build', options: { engine: 'native', base: 'scratch', layers: [] } };
    tree.write('nx.json', JSON.stringify({ defaultBase: 'main' }));
    tree.write('package.json', JSON.stringify({ devDependencies: { nx: '24.0.6' } }));
    tree.write('package-lock.json', '{}');
    tree.write('registries.yaml', 'registries:\\n  github:\\n    host: ghcr.io\\n');
    tree.write('app/project.json', JSON.stringify({ name: 'app', targets: { image, publish: { executor: 'nx-oci:publish' } } }));
    generate(tree, { provider: 'github' }).then(() => console.log(tree.listChanges().map(({ path }) => path).join()));`;
  expect(nodeIn(folderOf('nx-oci'), '-e', program)).toContain('.github/workflows/');
});
