import { addProjectConfiguration, logger, readJson, writeJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { imageGenerator } from './generator';
import { type ImageOptions } from './options/image-options';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write('package-lock.json', '{}');
});

type Targets = Readonly<Record<string, Target>>;

interface Target {
  readonly dependsOn: unknown;
  readonly inputs: unknown;
  readonly options: Readonly<Record<string, unknown>> & { readonly layers: readonly { readonly from: string }[] };
}

/** Runs the generator without its final install. @returns the targets that it wrote */
async function generate(options: Partial<ImageOptions> = {}): Promise<Targets> {
  await imageGenerator(tree, { project: 'api', ...options }, []);
  return readJson<{ readonly targets: Targets }>(tree, 'apps/api/project.json').targets;
}

/** @returns its output */
async function printed(options: Partial<ImageOptions> = {}): Promise<string> {
  const done = await imageGenerator(tree, { project: 'api', ...options }, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  await done();
  const text = info.mock.calls.join('\n');
  info.mockRestore();
  return text;
}

const PRUNE = {
  'prune-lockfile': { executor: '@nx/js:prune-lockfile', dependsOn: ['build'], outputs: ['{workspaceRoot}/apps/api/dist/package.json'] },
  'copy-workspace-modules': { executor: '@nx/js:copy-workspace-modules', dependsOn: ['build'] },
  prune: { executor: 'nx:noop', dependsOn: ['prune-lockfile', 'copy-workspace-modules'] },
};

/** As Nx's generators for Express make it, with webpack. */
function addExpress(): void {
  const build = { executor: 'nx:run-commands', outputs: ['{workspaceRoot}/apps/api/dist'], options: { command: 'webpack-cli build' } };
  addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { build, ...PRUNE } });
  writeJson(tree, 'apps/api/package.json', { name: 'api', version: '0.0.1', dependencies: { express: '^5.1.0' } });
  tree.write(
    'apps/api/webpack.config.js',
    "new NxAppWebpackPlugin({ target: 'node', compiler: 'tsc', main: './src/main.ts', generatePackageJson: false })",
  );
  tree.write('apps/api/src/main.ts', "import express from 'express';\nconst port = process.env.PORT || 3333;\nexpress().listen(port);\n");
  tree.write('apps/api/tsconfig.app.json', '{ "extends": "./tsconfig.json" } // comment');
  writeJson(tree, 'apps/api/tsconfig.json', { extends: '../../tsconfig.base.json' });
  writeJson(tree, 'tsconfig.base.json', { compilerOptions: { importHelpers: true } });
  writeJson(tree, 'package.json', { name: 'source', devDependencies: { tslib: '^2.3.0' } });
}

/** As Nx's generators for Nest make it in a workspace with one package.json for all projects. */
function addNest(config = 'generatePackageJson: true'): void {
  const build = { executor: 'nx:run-commands', outputs: ['{workspaceRoot}/dist/apps/api'], options: { command: 'webpack-cli build' } };
  addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { build, ...PRUNE } });
  tree.write('apps/api/webpack.config.js', `new NxAppWebpackPlugin({ target: 'node', main: './src/main.ts', ${config} })`);
  tree.write('apps/api/src/main.ts', "import { NestFactory } from '@nestjs/core';\nconst port = process.env.PORT || 3000;\n");
}

describe('an Express app', () => {
  beforeEach(addExpress);

  it('gets its dependencies as a layer before its code, and everything that a container needs to answer', async () => {
    const { image } = await generate();
    expect(image).toMatchObject({
      dependsOn: ['build', 'prune', 'image-dependencies'],
      options: {
        engine: 'native',
        base: 'docker.io/library/node:22-slim',
        platforms: ['linux/amd64', 'linux/arm64'],
        layers: [
          { from: 'dist/image-dependencies/api/{os}-{arch}', to: '/app' },
          { from: 'apps/api/dist', to: '/app' },
        ],
        cmd: ['node', '/app/main.js'],
        workdir: '/app',
        user: '1000:1000',
        env: { NODE_ENV: 'production', HOST: '0.0.0.0', PORT: '3333' },
        ports: [3333],
        stopSignal: 'SIGTERM',
      },
    });
  });

  it('has them installed by a separate task, which Nx caches by the pruned package.json and lock file', async () => {
    const { 'image-dependencies': target } = await generate();
    expect(target).toMatchObject({
      executor: 'nx-oci:dependencies',
      dependsOn: ['prune'],
      cache: true,
      inputs: ['package.json', '*lock*', 'pnpm-workspace.yaml'].map((file) => ({
        dependentTasksOutputFiles: `**/${file}`,
        transitive: true,
      })),
      outputs: ['{workspaceRoot}/dist/image-dependencies/{projectName}'],
      options: { from: 'apps/api/dist', platforms: ['linux/amd64', 'linux/arm64'] },
    });
  });

  it('is for the platforms of the command line, with their dependencies', async () => {
    const one = await generate({ platforms: ['linux/arm64'] });
    expect(one['image']?.options).toMatchObject({ platform: 'linux/arm64', layers: [{ from: 'dist/image-dependencies/api' }, {}] });
    expect(one['image']?.options).not.toHaveProperty('platforms');
    expect(one['image-dependencies']?.options).toEqual({ from: 'apps/api/dist', platform: 'linux/arm64' });
    const usual = await generate({ platforms: ['linux/amd64'], force: true });
    expect(usual['image-dependencies']?.options).toEqual({ from: 'apps/api/dist' });
    const three = ['linux/amd64', 'linux/arm64', 'linux/s390x'];
    expect((await generate({ platforms: [three.join(',')], force: true }))['image']?.options).toMatchObject({ platforms: three });
    await expect(generate({ platforms: ['linux/arm64,windows'] })).rejects.toThrow('--platforms');
  });

  it.each(['registry.example.com/node:22', `docker.io/library/node@sha256:${'a'.repeat(64)}`])(
    'is for one platform on %s, as its platforms are not known without a network, and says so',
    async (base) => {
      expect((await generate({ base }))['image']?.options).not.toHaveProperty('platforms');
      expect(await printed({ base })).toContain(
        `Platforms: linux/amd64 alone (whether ${base} has others is not known here; if it has: --platforms=linux/amd64,linux/arm64).`,
      );
    },
  );

  it('gets one line for each finding and choice', async () => {
    writeJson(tree, 'package.json', { name: 'source', dependencies: { tslib: '^2.3.0' } });
    writeJson(tree, 'apps/api/package.json', { name: 'api', dependencies: { express: '^5.1.0', tslib: '^2.3.0' } });
    expect((await printed()).split('\n').slice(0, 10)).toEqual([
      'apps/api/project.json: wrote the targets of api.',
      'Kind: node (it depends on express).',
      'Entry: apps/api/dist/main.js (its bundler configuration).',
      'Dependencies: installed with npm from apps/api/dist/package.json (its target prune), a layer of their own for each platform.',
      'Port: 3333 (the default in apps/api/src/main.ts).',
      "Stop: no source file in apps/api/src handles SIGTERM, so an engine waits ten seconds at each stop, then kills it. → Add to apps/api/src/main.ts: process.on('SIGTERM', () => process.exit(0));",
      'Base: docker.io/library/node:22-slim (the default; glibc).',
      'Platforms: linux/amd64 and linux/arm64 (the base has both; --platforms=linux/amd64 makes one alone).',
      'Test: none (npx nx g nx-oci:image api --test adds one, which must pass before a tag moves).',
      '  npx nx run api:image',
    ]);
  });

  it('names tslib among its dependencies, which its compiled code loads and Nx leaves out', async () => {
    await generate();
    expect(readJson(tree, 'apps/api/package.json').dependencies).toEqual({ express: '^5.1.0', tslib: '^2.3.0' });
    expect(readJson(tree, 'package.json').devDependencies).toEqual({ tslib: '^2.3.0' });
  });

  it('changes nothing the second time', async () => {
    const first = await generate();
    expect(await generate()).toEqual(first);
  });

  it('without dependencies gets no layer and no task for them', async () => {
    writeJson(tree, 'apps/api/package.json', { name: 'api' });
    writeJson(tree, 'tsconfig.base.json', {});
    const { image, ...others } = await generate();
    expect(image?.options.layers).toEqual([{ from: 'apps/api/dist', to: '/app' }]);
    expect(others).not.toHaveProperty('image-dependencies');
  });

  it('installs for musl on Alpine Linux', async () => {
    const { image, 'image-dependencies': dependencies } = await generate({ base: 'docker.io/library/node:24-alpine' });
    expect(image?.options.base).toBe('docker.io/library/node:24-alpine');
    expect(dependencies?.options).toEqual({ from: 'apps/api/dist', platforms: ['linux/amd64', 'linux/arm64'], libc: 'musl' });
  });

  it.each([
    ['^24.0.0', '24'],
    ['>=20', '22'],
    ['>=24', '24'],
    ['20.x || 22.x', '22'],
  ])('with engines %s is built on Node %s', async (range, major) => {
    writeJson(tree, 'package.json', { name: 'source', engines: { node: range }, dependencies: { tslib: '2' } });
    expect((await generate())['image']?.options.base).toBe(`docker.io/library/node:${major}-slim`);
  });

  it('takes the entry, the port and the folder in the image from the command line', async () => {
    const { image } = await generate({ main: 'server.js', port: 8080, to: '/srv' });
    expect(image?.options).toMatchObject({ cmd: ['node', '/srv/server.js'], ports: [8080], workdir: '/srv', env: { PORT: '8080' } });
  });

  it('gets a warning if it always listens on localhost', async () => {
    writeJson(tree, 'tsconfig.base.json', {});
    tree.write('apps/api/src/main.ts', "import express from 'express';\nexpress().listen(8000, '127.0.0.1');\n");
    expect(await printed()).toMatch(/Port: 8000 \(fixed.*\nWarning: apps\/api\/src\/main\.ts listens on localhost alone/);
    tree.write(
      'apps/api/src/main.ts',
      "import express from 'express';\nconst host = process.env.HOST ?? 'localhost';\nexpress().listen(8000, host);\n",
    );
    expect(await printed({ force: true })).not.toContain('Warning');
  });
});

describe('a service that ignores SIGTERM', () => {
  it.each([
    ['Express', addExpress, "process.on('SIGTERM', () => process.exit(0));"],
    ['Nest', addNest, 'app.enableShutdownHooks();'],
  ])('of %s gets the missing line in a message, before its test fails', async (_name, add, line) => {
    add();
    writeJson(tree, 'tsconfig.base.json', {});
    const text = await printed({ test: true });
    expect(text).toContain(
      'Stop: no source file in apps/api/src handles SIGTERM, so an engine waits ten seconds at each stop, then kills it; ' +
        `where Docker or podman runs, the test of the image refuses it. → Add to apps/api/src/main.ts: ${line}`,
    );
    tree.write('apps/api/src/shutdown.ts', line);
    expect(await printed({ test: true, force: true })).not.toContain('Stop:');
  });
});

describe('a Nest app in a workspace with one package.json', () => {
  it('gets the dependencies that its build prunes, without adding prune targets, which fail without a package.json', async () => {
    addNest();
    const { image, 'image-dependencies': dependencies } = await generate();
    expect(image?.dependsOn).toEqual(['build', 'image-dependencies']);
    expect(dependencies).toMatchObject({ dependsOn: ['build'], options: { from: 'dist/apps/api' } });
    expect(image?.options.layers.map(({ from }) => from)).toEqual(['dist/image-dependencies/api/{os}-{arch}', 'dist/apps/api']);
  });

  it('gets tslib added to the build that generates its package.json', async () => {
    addNest("compiler: 'tsc',\n  generatePackageJson: true,\n");
    tree.write('apps/api/tsconfig.json', '{ "compilerOptions": { "importHelpers": true } }');
    await generate();
    const written = tree.read('apps/api/webpack.config.js', 'utf8');
    expect(written).toContain("\n  generatePackageJson: true,\n  runtimeDependencies: ['tslib'],\n");
    await generate();
    expect(tree.read('apps/api/webpack.config.js', 'utf8')).toBe(written);
  });

  it('gets instructions if its build prunes none', async () => {
    addNest('generatePackageJson: false');
    await expect(generate()).rejects.toThrow(
      /nothing says which dependencies it has(.|\n)*generatePackageJson: true.*bundler's configuration/,
    );
  });

  it('needs none if its bundle contains them', async () => {
    addNest("externalDependencies: 'none'");
    expect((await generate())['image']?.options.layers).toEqual([{ from: 'dist/apps/api', to: '/app' }]);
  });
});

describe('the entry', () => {
  const esbuild = (options: object) => {
    const build = {
      executor: '@nx/esbuild:esbuild',
      options: { platform: 'node', outputPath: 'apps/api/dist', main: 'apps/api/src/main.ts', thirdParty: true, bundle: true, ...options },
    };
    addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { build } });
    tree.write('apps/api/src/main.ts', '');
  };

  it.each([
    [{ format: ['cjs'] }, '/app/main.cjs'],
    [{ format: ['cjs'], esbuildOptions: { outExtension: { '.js': '.js' } } }, '/app/main.js'],
    [{ format: ['esm'] }, '/app/main.js'],
    [{ outputFileName: 'server.js' }, '/app/server.js'],
  ])('of esbuild with %j is %s', async (options, file) => {
    esbuild(options);
    expect((await generate())['image']?.options.cmd).toEqual(['node', file]);
  });

  /** A compiled service, not built yet. */
  const compiled = (build: TargetConfiguration, files: Readonly<Record<string, string>> = {}) => {
    addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { build } });
    writeJson(tree, 'apps/api/package.json', { name: 'api' });
    tree.write('apps/api/src/main.ts', "import 'express';");
    for (const [file, text] of Object.entries(files)) tree.write(`apps/api/${file}`, text);
  };
  const options = { outputPath: 'dist/apps/api', main: 'apps/api/src/main.ts' };
  const command = (text: string): TargetConfiguration => ({
    executor: 'nx:run-commands',
    outputs: ['{projectRoot}/dist'],
    options: { command: text, cwd: 'apps/api' },
  });
  const MODULE = { 'package.json': '{ "name": "api", "type": "module" }' };

  it.each<[string, TargetConfiguration, Readonly<Record<string, string>>, string]>([
    ['@nx/js:tsc', { executor: '@nx/js:tsc', options }, {}, 'src/main.js'],
    ['@nx/js:tsc with rootDir', { executor: '@nx/js:tsc', options: { ...options, rootDir: '.' } }, {}, 'apps/api/src/main.js'],
    ['@nx/js:swc', { executor: '@nx/js:swc', options }, {}, 'src/main.js'],
    ['@nx/js:swc without leading paths', { executor: '@nx/js:swc', options: { ...options, stripLeadingPaths: true } }, {}, 'main.js'],
    ['tsc', command('tsc --build tsconfig.app.json'), { 'tsconfig.app.json': '{ "compilerOptions": { "rootDir": "src" } }' }, 'main.js'],
    ['vite, ssr', command('vite build'), { 'vite.config.ts': "build: { ssr: 'src/main.ts' }" }, 'main.mjs'],
    ['vite --ssr, a module', command('vite build --ssr src/main.ts'), { 'vite.config.ts': '', ...MODULE }, 'main.js'],
    [
      'vite, lib',
      command('vite build'),
      { 'vite.config.ts': "lib: { entry: 'src/main.ts', fileName: 'server', formats: ['cjs'] }" },
      'server.js',
    ],
    [
      'vite, lib, a module',
      command('vite build'),
      { 'vite.config.ts': "lib: { entry: 'src/main.ts', formats: ['es'] }", ...MODULE },
      'main.js',
    ],
  ])('of %s is known before the first build', async (_what, build, files, file) => {
    compiled(build, files);
    expect((await generate())['image']?.options.cmd).toEqual(['node', `/app/${file}`]);
  });

  it.each([
    ['tsc', command('tsc --build tsconfig.app.json'), { 'tsconfig.app.json': '{}' }],
    ['vite', command('vite build'), { 'vite.config.ts': "lib: { entry: 'src/main.ts', formats: ['es', 'cjs'] }" }],
    ['vite', command('vite build'), { 'vite.config.ts': "ssr: 'src/main.ts', output: { entryFileNames: '[hash].js' }" }],
  ])('that no configuration names is requested before the build of %s, and found after it', async (_what, build, files) => {
    compiled(build, files);
    await expect(generate()).rejects.toThrow(/does not say which file it makes of apps\/api\/src\/main\.ts(.|\n)*--main/);
    tree.write('apps/api/dist/src/main.js', '');
    expect((await generate())['image']?.options.cmd).toEqual(['node', '/app/src/main.js']);
  });
});

it('with --from gets a message that it is still a service', async () => {
  addExpress();
  expect(await printed({ from: 'apps/api/dist' })).toContain(
    'Kind: files (the options say what goes into the image). It looks like node (it depends on express): --kind=node gives it what that needs.',
  );
  expect(await printed({ from: 'apps/api/dist', kind: 'files', force: true })).not.toContain('looks like');
});

describe('a project of unknown kind', () => {
  it('is refused with the options to set, instead of an image that does not start', async () => {
    addProjectConfiguration(tree, 'api', { root: 'apps/api', targets: { build: { executor: 'x:y', options: { outputPath: 'out' } } } });
    await expect(generate()).rejects.toThrow(/nothing in its targets and dependencies says(.|\n)*--kind=node(.|\n)*--kind=files/);
    await expect(generate({ kind: 'python' as 'node' })).rejects.toThrow('use `node`, `next`, `static`, `binary`, `dockerfile`, `files`');
  });

  it('is not a Node service just because its page is bundled', async () => {
    addProjectConfiguration(tree, 'api', { root: 'apps/api', targets: { build: { executor: '@nx/webpack:webpack' } } });
    writeJson(tree, 'apps/api/package.json', { name: 'api', dependencies: { 'react-dom': '19', express: '5' } });
    await expect(generate()).rejects.toThrow('nothing in its targets');
  });
});

it('puts workspace libraries and packages from registries into separate layers', async () => {
  addExpress();
  writeJson(tree, 'apps/api/package.json', { name: 'api', dependencies: { express: '^5.1.0', '@acme/lib': '*', tslib: '2' } });
  addProjectConfiguration(tree, 'lib', { root: 'libs/lib', targets: {} });
  writeJson(tree, 'libs/lib/package.json', { name: '@acme/lib' });
  const { image, 'image-dependencies': dependencies } = await generate();
  expect(image?.options.layers).toEqual([
    { from: 'dist/image-dependencies/api/{os}-{arch}', to: '/app', exclude: ['workspace_modules/**'] },
    { from: 'dist/image-dependencies/api/{os}-{arch}', to: '/app', include: ['workspace_modules/**'] },
    { from: 'apps/api/dist', to: '/app', exclude: ['workspace_modules/**'] },
  ]);
  expect(dependencies?.inputs).toContainEqual({ dependentTasksOutputFiles: '**/workspace_modules/**/*', transitive: true });
});
