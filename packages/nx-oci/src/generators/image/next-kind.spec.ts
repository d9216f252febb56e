import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { addProjectConfiguration, logger, readJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { imageGenerator } from './generator';
import { type ImageOptions } from './options/image-options';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

interface Image {
  readonly dependsOn: unknown;
  readonly options: Readonly<Record<string, unknown>> & { readonly layers: readonly object[] };
}

/** Runs the generator. @returns the image target that it wrote, and its output */
async function generate(options: Partial<ImageOptions> = {}): Promise<{ readonly image: Image; readonly printed: string }> {
  const done = await imageGenerator(tree, { project: 'site', ...options }, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  await done();
  const printed = info.mock.calls.join('\n');
  info.mockRestore();
  return { image: readJson<{ readonly targets: { readonly image: Image } }>(tree, 'apps/site/project.json').targets.image, printed };
}

const NEXT_BUILD = {
  executor: 'nx:run-commands',
  outputs: ['{workspaceRoot}/apps/site/.next/!(cache)/**/*', '{workspaceRoot}/apps/site/.next/!(cache)'],
  options: { command: 'next build', cwd: 'apps/site', tty: false },
};

/** As Nx's generators for Next make it: the plugin of Next infers the build. */
function addNext(config = "output: 'standalone',", build: TargetConfiguration = NEXT_BUILD): void {
  tree.delete('apps/site/project.json');
  addProjectConfiguration(tree, 'site', { root: 'apps/site', projectType: 'application', targets: { build } });
  tree.write('apps/site/next.config.js', `const nextConfig = {\n  ${config}\n};\nmodule.exports = nextConfig;\n`);
  tree.write('apps/site/public/favicon.ico', '');
}

const ENVIRONMENT_FILES = ['.env', '.env.production'].map((name) => `apps/site/${name}`);

describe('a Next app', () => {
  it('is for one platform if Next copies add-ons of the machine that builds, and names them', async () => {
    addNext();
    tree.write('node_modules/sharp/package.json', '{}');
    const { image, printed } = await generate();
    expect(image.options).not.toHaveProperty('platforms');
    expect(printed).toContain('Platforms: linux/amd64 alone (Next copies sharp as installed on the machine that builds).');
  });

  it('gets its traced dependencies as a layer, and its server, scripts and public files in the folders that the server reads', async () => {
    addNext();
    const { image, printed } = await generate();
    expect(image).toMatchObject({
      dependsOn: ['build'],
      options: {
        engine: 'native',
        base: 'docker.io/library/node:22-slim',
        platforms: ['linux/amd64', 'linux/arm64'],
        layers: [
          { from: 'apps/site/.next/standalone', to: '/app', include: ['node_modules'] },
          {
            from: 'apps/site/.next/standalone',
            to: '/app',
            exclude: ['{node_modules,apps/site/.env,apps/site/.env.production}'],
            owner: '1000:1000',
          },
          { from: 'apps/site/.next/static', to: '/app/apps/site/.next/static' },
          { from: 'apps/site/public', to: '/app/apps/site/public' },
        ],
        cmd: ['node', '/app/apps/site/server.js'],
        workdir: '/app',
        user: '1000:1000',
        env: { NODE_ENV: 'production', HOSTNAME: '0.0.0.0', PORT: '3000' },
        ports: [3000],
        stopSignal: 'SIGTERM',
      },
    });
    expect(printed.split('\n').slice(1, 5)).toEqual([
      'Kind: next (apps/site/next.config.js).',
      'Entry: apps/site/.next/standalone/apps/site/server.js (output: standalone).',
      'Port: 3000 (the default; --port sets another).',
      'Base: docker.io/library/node:22-slim (the default; glibc).',
    ]);
  });

  it('takes the port and the folder in the image from the command line', async () => {
    addNext();
    const { image } = await generate({ port: 8080, to: '/srv' });
    expect(image.options).toMatchObject({
      cmd: ['node', '/srv/apps/site/server.js'],
      workdir: '/srv',
      env: { PORT: '8080' },
      ports: [8080],
    });
  });

  it('without public files has no layer for them', async () => {
    addNext();
    tree.delete('apps/site/public');
    expect((await generate()).image.options.layers).toHaveLength(3);
  });

  it('that the executor of Nx builds is found in its output path', async () => {
    addNext("output: process.env.CI ? 'standalone' : undefined,", {
      executor: '@nx/next:build',
      outputs: ['{options.outputPath}'],
      options: { outputPath: 'dist/apps/site' },
    });
    expect((await generate()).image.options).toMatchObject({
      layers: [
        { from: 'dist/apps/site/.next/standalone', to: '/app' },
        { from: 'dist/apps/site/.next/standalone', to: '/app' },
        { from: 'dist/apps/site/.next/static', to: '/app/dist/apps/site/.next/static' },
        { from: 'apps/site/public', to: '/app/apps/site/public' },
      ],
      cmd: ['node', '/app/apps/site/server.js'],
    });
  });

  it('with a `distDir` is found there', async () => {
    addNext("output: 'standalone', distDir: 'build',");
    expect((await generate()).image.options.layers[2]).toEqual({ from: 'apps/site/build/static', to: '/app/apps/site/build/static' });
  });

  it('whose own tracing root moves its server is found once it is built, and not guessed before', async () => {
    addNext("output: 'standalone', outputFileTracingRoot: __dirname,");
    await expect(generate()).rejects.toThrow(
      /`outputFileTracingRoot` of apps\/site\/next\.config\.js(.|\n)*→ build once and run this again/,
    );
    tree.write('apps/site/.next/standalone/server.js', '');
    const { image } = await generate();
    expect(image.options).toMatchObject({ cmd: ['node', '/app/server.js'] });
    expect(image.options.layers[2]).toEqual({ from: 'apps/site/.next/static', to: '/app/.next/static' });
    expect(image.options.layers[3]).toEqual({ from: 'apps/site/public', to: '/app/public' });
  });

  it.each([
    ['', /add `output: 'standalone',` to the configuration in apps\/site\/next\.config\.js/],
    ["// output: 'standalone'", /add `output: 'standalone',`/],
    ["output: 'export',", /makes files without a server(.|\n)*--kind=static/],
  ])('with %j is refused with the line to add, as its image would not start', async (config, message) => {
    addNext(config);
    await expect(generate()).rejects.toThrow(message);
    expect(readJson(tree, 'apps/site/project.json').targets).not.toHaveProperty('image');
  });

  it.each([['next.config.mjs'], ['next.config.ts']])('is also detected by %s', async (name) => {
    addNext();
    tree.rename('apps/site/next.config.js', `apps/site/${name}`);
    expect((await generate()).printed).toContain(`Kind: next (apps/site/${name}).`);
  });
});

describe('files of environment variables, which Next copies beside its server', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-oci-next-env-'));
    execFileSync('git', ['init', '-q'], { cwd: root });
    tree.root = root;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are left out if git ignores them, and kept if they are committed', async () => {
    addNext();
    for (const name of ENVIRONMENT_FILES) tree.write(name, 'KEY=1\n');
    execFileSync('mkdir', ['-p', join(root, 'apps/site')]);
    for (const name of ENVIRONMENT_FILES) writeFileSync(join(root, name), 'KEY=1\n');
    writeFileSync(join(root, '.gitignore'), '.env\n');
    const { image, printed } = await generate();
    expect(image.options.layers[1]).toMatchObject({ exclude: ['{node_modules,apps/site/.env}'] });
    expect(printed).toContain('Left out: apps/site/.env, which git ignores and Next copies.');
  });
});
