/* global describe, it, expect */
import { namingSpecs } from './naming-specs.mjs';
import { selectChecks } from './select-checks.mjs';

const select = (...files) => selectChecks({ files, removed: [] });
const selectWithout = (...removed) => selectChecks({ files: [], removed });
const SOURCE = 'packages/oci-model/src/names/digest.ts';
const SPEC = 'packages/oci-model/src/names/digest.spec.ts';
const PAGE = 'docs/operate/waiting.md';

describe('checks of a change', () => {
  it('of pages only are their format, and the specs that name them', () => {
    expect(select(PAGE, 'CHANGELOG.md', 'packages/nx-oci/README.md')).toEqual({
      hasTypes: false,
      lint: [],
      hasWalls: false,
      format: [PAGE, 'CHANGELOG.md', 'packages/nx-oci/README.md'],
      hasLock: false,
      specs: { importing: [], naming: [PAGE, 'CHANGELOG.md', 'packages/nx-oci/README.md'] },
    });
  });

  it('of a source are types, lint, walls, format, and the specs that import it', () => {
    expect(select(SOURCE)).toEqual({
      hasTypes: true,
      lint: [SOURCE],
      hasWalls: true,
      format: [SOURCE],
      hasLock: false,
      specs: { importing: [SOURCE], naming: [] },
    });
  });

  it('of a spec run it', () => expect(select(SPEC).specs).toEqual({ importing: [SPEC], naming: [] }));

  it('of a schema run the specs that import it, and those that read it', () => {
    const schema = 'packages/nx-oci/src/executors/build/schema.json';
    expect(select(schema)).toMatchObject({ hasTypes: true, specs: { importing: [schema], naming: [schema] } });
  });

  it.each(['tools/workspace/naming-specs.mjs', 'tools/ci/install-npm-program.mjs', 'packages/nx-oci/bin/oci-registry.js'])(
    'of a program that specs import run them: %s',
    (file) => expect(select(file)).toMatchObject({ hasTypes: false, lint: [file], specs: { importing: [file], naming: [] } }),
  );

  it.each(['tools/base-images/busybox.mjs', 'tools/bench/main.mjs', 'e2e/nx-oci-e2e/src/plan.spec.ts', 'tools/ci/versions.json'])(
    'of a file that no spec imports run the specs that name it: %s',
    (file) => expect(select(file).specs).toEqual({ importing: [], naming: [file] }),
  );

  it.each([
    'package-lock.json',
    'package.json',
    'packages/oci-publish/package.json',
    'packages/oci-publish/tsconfig.lib.json',
    'packages/oci-publish/src/engines/fixtures/image.tar',
    'packages/nx-oci/write-schema.mjs',
    'jest.preset.js',
    'tools/jest/long-timeout.js',
    'tools/new-folder/a.mjs',
    'tsconfig.base.json',
    'nx.json',
    'registries.yaml',
    '.npmrc',
    'a file with a name\nof two lines',
  ])('of a file that may change anything run every spec: %s', (file) => {
    expect(select(file).specs).toBe('all');
    expect(select(SOURCE, file, PAGE).specs).toBe('all');
    expect(selectWithout(file).specs).toBe('all');
  });

  it('of a removed source are types and walls, for importers that it has left behind', () => {
    expect(selectWithout(SOURCE)).toEqual({
      hasTypes: true,
      lint: [],
      hasWalls: true,
      format: [],
      hasLock: false,
      specs: { importing: [], naming: [] },
    });
  });

  it('of a removed page run the specs that still name it', () =>
    expect(selectWithout(PAGE).specs).toEqual({ importing: [], naming: [PAGE] }));

  it.each(['eslint.config.mjs', 'tsconfig.base.json'])('lint everything if the rules change: %s', (file) =>
    expect(select(file, SOURCE).lint).toEqual(['.']),
  );

  it.each(['.prettierrc.json', '.prettierignore'])('check the format of everything if the rules change: %s', (file) =>
    expect(select(file, SOURCE).format).toEqual(['.']),
  );

  it.each(['tools/walls/rooms.cjs', '.dependency-cruiser.cjs', 'docs/architecture.md', 'docs/architecture.svg'])(
    'hold the walls: %s',
    (file) => expect(select(file).hasWalls).toBe(true),
  );

  it.each(['package.json', 'package-lock.json', 'packages/nx-oci/package.json'])('look at the lock file: %s', (file) =>
    expect(select(file)).toMatchObject({ hasLock: true, hasTypes: true }),
  );
});

describe('specs that name a file', () => {
  it('are found in this workspace', () => {
    expect(namingSpecs([PAGE])).toEqual(['packages/oci-distribution/src/transport/bounds.spec.ts']);
    expect(namingSpecs(['packages/nx-oci/report.schema.json'])).toContain('packages/oci-publish/src/report/ci/end-run.spec.ts');
  });

  it('are none for a name that no spec contains, or without a file', () => {
    expect(namingSpecs([`docs/${'a'.repeat(9)}.md`])).toEqual([]);
    expect(namingSpecs([])).toEqual([]);
  });
});
