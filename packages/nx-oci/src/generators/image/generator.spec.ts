import { addProjectConfiguration, logger, readJson, readNxJson, updateNxJson, writeJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { type ImageOptions } from './options/image-options';
import { imageGenerator } from './generator';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  addProjectConfiguration(tree, 'api', {
    root: 'apps/api',
    tags: ['mine'],
    targets: { build: { executor: 'x:y', options: { outputPath: 'out/api' } } },
  });
});

/** Runs the generator with its final install. @returns its output */
async function generate(options: ImageOptions): Promise<string> {
  const done = await imageGenerator(tree, options);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

it('reports that a project is a library, and still gives it an image', async () => {
  addProjectConfiguration(tree, 'ui', { root: 'libs/ui', projectType: 'library', targets: { build: { executor: 'x:y' } } });
  expect(await generate({ project: 'ui', kind: 'files' })).toContain(
    'ui is a library. An image usually contains an application that uses it.',
  );
  expect(readJson(tree, 'libs/ui/project.json').targets).toHaveProperty('image');
  expect(await generate({ project: 'api', kind: 'files' })).not.toContain('library');
});

it('gets a test that its publish depends on, on request, and keeps it', async () => {
  expect(await generate({ project: 'api', kind: 'files', test: true })).toMatch(/:image\n.* nx run api:image-test\n.*:publish --dryRun$/);
  const written = readJson(tree, 'apps/api/project.json');
  expect(written.targets).toMatchObject({
    'image-test': { executor: 'nx-oci:test', dependsOn: ['image'], cache: false },
    publish: { dependsOn: ['image', 'image-test'] },
  });
  const targets = { ...written.targets, 'image-test': { ...written.targets['image-test'], options: { user: '1000' } } };
  writeJson(tree, 'apps/api/project.json', { ...written, targets });
  expect(await generate({ project: 'api', kind: 'files' })).toContain('nothing changed');
  expect(readJson(tree, 'apps/api/project.json').targets).toEqual(targets);
});

describe('a test that is added later', () => {
  const write = (targets: object) => writeJson(tree, 'apps/api/project.json', { name: 'api', root: 'apps/api', targets });
  const targetsNow = () => readJson<{ targets: Record<string, object> }>(tree, 'apps/api/project.json').targets;

  it('runs before the publish, and leaves the edited targets unchanged otherwise', async () => {
    await generate({ project: 'api', kind: 'files' });
    const { image, publish, ...others } = targetsNow();
    const edited = {
      ...others,
      image: { ...image, options: { base: 'scratch', layers: [] } },
      publish: { ...publish, options: { tags: ['edge'] } },
    };
    write(edited);
    expect(await generate({ project: 'api', test: true })).toContain('publish of api waits for image-test.');
    expect(targetsNow()).toEqual({
      ...edited,
      'image-test': expect.objectContaining({ executor: 'nx-oci:test', dependsOn: ['image'], cache: false }),
      publish: { ...edited.publish, dependsOn: ['image', 'image-test'] },
    });
    expect(await generate({ project: 'api', test: true })).toContain('api already has its test; nothing changed.');
  });

  it('keeps its name and options if it was written by hand, as image and publish keep theirs', async () => {
    const check = { executor: 'nx-oci:test', options: { user: '1000' } };
    const oci = { executor: 'nx-oci:build', options: { layers: [] } };
    write({ oci, check, push: { executor: 'nx-oci:publish', dependsOn: ['oci', { target: 'verify' }] } });
    await generate({ project: 'api', test: true });
    expect(targetsNow()).toEqual({ oci, check, push: { executor: 'nx-oci:publish', dependsOn: ['oci', { target: 'verify' }, 'check'] } });
    write({ oci, push: { executor: 'nx-oci:publish' } });
    await generate({ project: 'api', test: true });
    expect(targetsNow()).toMatchObject({ 'image-test': { dependsOn: ['oci'] }, push: { dependsOn: ['oci', 'image-test'] } });
  });

  it('does not take the name of another target', async () => {
    const targets = { 'image-test': { executor: 'nx:run-commands' }, publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } };
    write(targets);
    await expect(generate({ project: 'api', test: true })).rejects.toThrow(/its target image-test is something else[^]*`testTargetName`/);
    expect(targetsNow()).toEqual(targets);
  });
});

describe('a project without a Dockerfile', () => {
  it('gets an image of the files that its build writes, besides its existing targets', async () => {
    await generate({ project: 'api', kind: 'files' });
    expect(readJson(tree, 'apps/api/project.json')).toMatchObject({
      tags: ['mine'],
      targets: {
        build: { options: { outputPath: 'out/api' } },
        image: {
          executor: 'nx-oci:build',
          cache: true,
          outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((name) => `{workspaceRoot}/dist/images/{projectName}/${name}`),
          options: {
            engine: 'native',
            base: 'docker.io/library/node:22-slim',
            layers: [{ from: 'out/api', to: '/app' }],
            cmd: ['node', '/app/main.js'],
          },
        },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'], cache: false },
      },
    });
  });

  it('takes base, files and command from the command line', async () => {
    await generate({ project: 'api', base: 'scratch', from: 'bin/api', to: '/', cmd: ['/api', '--serve'] });
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).toEqual({
      engine: 'native',
      base: 'scratch',
      layers: [{ from: 'bin/api', to: '/' }],
      cmd: ['/api', '--serve'],
    });
  });

  it.each([
    ['scratch', 'Command: none, so no container can be started from the image.'],
    ['layout:dist/images/base', 'Command: that of the base.'],
    ['registry.example.com/nodemailer:1', 'Command: that of the base.'],
  ])('on %s, which lacks Node, gets no command of Node', async (base, note) => {
    expect(await generate({ project: 'api', base, from: 'bin/api' })).toContain(note);
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).not.toHaveProperty('cmd');
  });

  it.each([
    ['docker.io/library/node:24-alpine', ['node', '/app/main.js']],
    ['registry.example.com/our-node', ['node', '/app/main.js']],
    ['gcr.io/distroless/nodejs22-debian12', ['/app/main.js']],
  ])('on %s is started by Node: %j', async (base, cmd) => {
    await generate({ project: 'api', base, from: 'bin/api' });
    expect(readJson(tree, 'apps/api/project.json').targets.image.options.cmd).toEqual(cmd);
  });

  it.each([
    [{ outputs: ['{workspaceRoot}/build/{projectRoot}', '!{workspaceRoot}/build/cache'] }, 'build/apps/web'],
    [{ outputs: ['{projectRoot}/dist/**/*.{js,cjs}', '{projectRoot}/x.tsbuildinfo'] }, 'apps/web/dist'],
    [{ outputs: ['{options.outputPath}'], options: { outputPath: 'apps/web/dist' } }, 'apps/web/dist'],
    [{ options: { command: 'x' } }, 'dist/apps/web'],
  ])('uses the output folder of the build %j: %s', async (build, from) => {
    addProjectConfiguration(tree, '@shop/web', { root: 'apps/web', targets: { build } });
    await generate({ project: 'web', kind: 'files' });
    expect(readJson(tree, 'apps/web/project.json').targets.image.options.layers).toEqual([{ from, to: '/app' }]);
  });

  it('gets an error that it has no build, unless --from is given', async () => {
    addProjectConfiguration(tree, 'docs', { root: 'apps/docs', targets: {} });
    await expect(generate({ project: 'docs', kind: 'files' })).rejects.toThrow(
      'it has no build target, so there is nothing to put into an image → set --from',
    );
    await generate({ project: 'docs', from: 'apps/docs/public' });
    expect(readJson(tree, 'apps/docs/project.json').targets.image.options.layers).toEqual([{ from: 'apps/docs/public', to: '/app' }]);
  });

  it('gets the names of other targets with outputs, and a warning that its image does not wait for them', async () => {
    const targets = { compile: { outputs: ['{workspaceRoot}/out/web'] }, lint: {} };
    addProjectConfiguration(tree, 'web', { root: 'apps/web', targets });
    await expect(generate({ project: 'web', kind: 'files' })).rejects.toThrow(
      'such as the output of another target: compile makes out/web (--from=out/web); or',
    );
    expect(await generate({ project: 'web', from: 'out/web' })).toContain(
      'Warning: web:image packs out/web, an output of web:compile, without depending on it: an older build may be published. → Add "compile" to its `dependsOn`.',
    );
  });

  it('cannot be built by docker', async () => {
    await expect(generate({ project: 'api', engine: 'docker' })).rejects.toThrow(/apps\/api has no Dockerfile → .*--engine=native/);
  });
});

describe('a project with a Dockerfile', () => {
  beforeEach(() => {
    tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  });

  it('is built by docker', async () => {
    await generate({ project: 'api' });
    expect(readJson(tree, 'apps/api/project.json').targets.image).toMatchObject({
      cache: false,
      options: { engine: 'docker', dockerfile: 'apps/api/Dockerfile' },
    });
  });

  it('is built by the native engine if the options are for that', async () => {
    await generate({ project: 'api', base: 'scratch' });
    expect(readJson(tree, 'apps/api/project.json').targets.image.options.engine).toBe('native');
  });

  it('shows which folder it copies from, and why; if that is unclear, the option that sets it', async () => {
    expect(await generate({ project: 'api' })).toContain(
      'apps/api/Dockerfile is built with apps/api as its context: the Dockerfile copies nothing',
    );
    tree.write('apps/api/Dockerfile', 'FROM scratch\nCOPY dist/apps/api .\n');
    expect(await generate({ project: 'api', force: true })).toContain('with the workspace root as its context: `dist/apps/api` (line 2)');
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).toMatchObject({ context: '.' });
    tree.write('apps/api/Dockerfile', 'FROM scratch\nCOPY . .\n');
    expect(await generate({ project: 'api', force: true })).toContain(
      'For the workspace root: npx nx g nx-oci:image api --context=. --force',
    );
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).not.toHaveProperty('context');
    await generate({ project: 'api', force: true, context: '.' });
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).toMatchObject({ context: '.' });
    await expect(generate({ project: 'api', kind: 'files', engine: 'native', context: '.' })).rejects.toThrow(
      '`--context` applies to a Dockerfile',
    );
  });

  describe('with another name or in another folder', () => {
    beforeEach(() => tree.delete('apps/api/Dockerfile'));
    const optionsOf = (): unknown => readJson(tree, 'apps/api/project.json').targets.image.options;

    it.each([
      'apps/api/Dockerfile.prod',
      'apps/api/api.Dockerfile',
      'apps/api/docker/Dockerfile.prod',
      'docker/api.Dockerfile',
      'Dockerfile.api',
    ])('is found as %s', async (file) => {
      tree.write(file, 'FROM scratch\n');
      tree.write('docker/web.Dockerfile', 'FROM scratch\n');
      tree.write(`${file}.dockerignore`, 'node_modules\n');
      await generate({ project: 'api' });
      expect(optionsOf()).toMatchObject({ engine: 'docker', dockerfile: file });
    });

    it('must be chosen if there are several, and can be set', async () => {
      tree.write('apps/api/Dockerfile.dev', 'FROM scratch\n');
      tree.write('apps/api/Dockerfile.prod', 'FROM scratch\n');
      await expect(generate({ project: 'api' })).rejects.toThrow(
        'it has several Dockerfiles → name one: --dockerfile=apps/api/Dockerfile.dev, --dockerfile=apps/api/Dockerfile.prod',
      );
      await generate({ project: 'api', dockerfile: 'Dockerfile.prod' });
      expect(optionsOf()).toMatchObject({ dockerfile: 'apps/api/Dockerfile.prod' });
    });

    it('is not used for a service of a known kind', async () => {
      tree.write('apps/api/Dockerfile.dev', 'FROM scratch\n');
      tree.write('apps/api/go.mod', 'module api\n');
      expect(await generate({ project: 'api', main: 'dist/api' })).toContain('Kind: binary');
    });

    it('is reported if it is missing', async () => {
      await expect(generate({ project: 'api', dockerfile: 'docker/nothing' })).rejects.toThrow(
        '`--dockerfile` names docker/nothing, which does not exist → name a file from the workspace root',
      );
    });
  });

  it('with several images shows which stage is built, and how to build another one', async () => {
    tree.write('apps/api/Dockerfile', 'FROM scratch AS build\nFROM build AS test\nFROM scratch AS production\nCOPY --from=build / /\n');
    expect(await generate({ project: 'api' })).toContain('Stage: production, the last of its Dockerfile. For another one: --stage=test.');
    expect(await generate({ project: 'api', stage: 'test', force: true })).not.toContain('Stage:');
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).toMatchObject({ stage: 'test' });
    await expect(generate({ project: 'api', stage: 'tset', force: true })).rejects.toThrow(
      '`--stage` names tset, which no stage of the Dockerfile is called → use build, test, production',
    );
  });

  it('with arguments without values shows how to set them, and warns about secrets', async () => {
    tree.write('apps/api/Dockerfile', 'ARG NODE=22\nFROM scratch\nARG NODE\nARG VERSION\nARG TARGETARCH\nARG NPM_TOKEN\n');
    const printed = await generate({ project: 'api' });
    expect(printed).toContain('Arguments without a value: VERSION. To set one: --buildArgs=VERSION=VALUE;');
    expect(printed).toContain('Warning: NPM_TOKEN looks like a secret');
    expect(await generate({ project: 'api', buildArgs: ['VERSION=1=2', 'NODE'], force: true })).not.toContain('Arguments');
    expect(readJson(tree, 'apps/api/project.json').targets.image.options).toMatchObject({ buildArgs: { VERSION: '1=2', NODE: null } });
    await expect(generate({ project: 'api', buildArgs: ['=1'], force: true })).rejects.toThrow(
      '`--buildArgs`: "=1" has no name → write NAME=VALUE',
    );
  });

  it('with the engine docker accepts no options of the native engine', async () => {
    await expect(generate({ project: 'api', engine: 'docker', base: 'scratch', cmd: ['x'] })).rejects.toThrow(
      '--base, --cmd apply to the engine native only',
    );
  });
});

it('writes into package.json if there is no project.json', async () => {
  writeJson(tree, 'package.json', { name: 'workspace', workspaces: ['packages/*'] });
  writeJson(tree, 'packages/web/package.json', { name: '@acme/web', scripts: { build: 'true' }, nx: { tags: ['mine'] } });
  await generate({ project: '@acme/web', kind: 'files' });
  expect(readJson(tree, 'packages/web/package.json')).toMatchObject({
    name: '@acme/web',
    scripts: { build: 'true' },
    nx: { tags: ['mine'], targets: { image: { options: { layers: [{ from: 'dist/packages/web', to: '/app' }] } }, publish: {} } },
  });
});

it('changes nothing the second time, and reports that', async () => {
  expect(await generate({ project: 'api', kind: 'files' })).toContain('wrote the targets of api');
  const first = tree.read('apps/api/project.json', 'utf8');
  expect(await generate({ project: 'api', kind: 'files' })).toContain('nothing changed');
  expect(tree.read('apps/api/project.json', 'utf8')).toBe(first);
});

it('does not overwrite other targets without --force, and shows the difference', async () => {
  await generate({ project: 'api', kind: 'files' });
  const first = tree.read('apps/api/project.json', 'utf8');
  await expect(generate({ project: 'api', base: 'scratch' })).rejects.toThrow(/image:\n(.*\n)*\s+- .*node:22-slim.*\n\s+\+ .*scratch/);
  expect(tree.read('apps/api/project.json', 'utf8')).toBe(first);
  await generate({ project: 'api', base: 'scratch', force: true });
  expect(readJson(tree, 'apps/api/project.json').targets.image.options.base).toBe('scratch');
});

it('suggests the nearest project if there is none with that name', async () => {
  await expect(generate({ project: 'apo' })).rejects.toThrow(
    'Cannot give apo an image: 1 problem\n  no project has this name → did you mean `api`?',
  );
});

it('builds a Dockerfile with the engine from nx.json by default', async () => {
  updateNxJson(tree, { ...readNxJson(tree), plugins: [{ plugin: 'nx-oci', options: { dockerfileEngine: 'podman' } }] });
  tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  const engineOf = (): unknown => readJson(tree, 'apps/api/project.json').targets.image.options.engine;
  await generate({ project: 'api' });
  expect(engineOf()).toBe('podman');
  await generate({ project: 'api', engine: 'buildah', force: true });
  expect(engineOf()).toBe('buildah');
});

it('uses the names that the plugin gives to its targets', async () => {
  updateNxJson(tree, {
    ...readNxJson(tree),
    plugins: [{ plugin: 'nx-oci', options: { imageTargetName: 'oci', publishTargetName: 'push' } }],
  });
  expect(await generate({ project: 'api', kind: 'files' })).toContain('nx run api:push');
  const { targets } = readJson<{ readonly targets: object }>(tree, 'apps/api/project.json');
  expect(Object.keys(targets)).toEqual(['build', 'oci', 'push']);
});

describe('a problem', () => {
  const written = { base: 'node 22', from: '../secrets', to: 'app' };
  const problems = [
    expect.stringMatching(/^`--base`: .*"node 22".* → ./) as string,
    '`--from` names "../secrets", outside of the workspace → name a folder from the workspace root, such as dist/apps/api',
    '`--to` is "app", and no path from the root of the image → use --to=/app',
  ];
  const linesOf = async (options: ImageOptions): Promise<readonly string[]> => {
    const error = await generate(options).catch((thrown: unknown) => thrown as Error);
    return (error as Error).message.split('\n').map((line) => line.trim());
  };

  it('is reported together with all others, and nothing is written', async () => {
    addProjectConfiguration(tree, 'docs', { root: 'apps/docs', targets: {} });
    const before = tree.read('apps/docs/project.json', 'utf8');
    expect(await linesOf({ project: 'docs', ...written })).toEqual([
      'Cannot give docs an image: 3 problems',
      ...problems,
      'Correct the options and run again.',
    ]);
    expect(await linesOf({ project: 'docs', kind: 'files', to: 'app', context: '.' })).toEqual([
      'Cannot give docs an image: 3 problems',
      problems[2],
      '`--context` applies to a Dockerfile → omit it, or use --kind=dockerfile',
      expect.stringMatching(/^it has no build target/),
      'Correct the options and run again.',
    ]);
    expect(tree.read('apps/docs/project.json', 'utf8')).toBe(before);
  });

  it('is reported together with options of the wrong kind, and with a missing project', async () => {
    const dokcer = '`engine`: "dokcer" is unknown → did you mean `docker`?';
    const options = { ...written, engine: 'dokcer', port: 'x', force: 'no' } as unknown as ImageOptions;
    expect(await linesOf({ ...options, project: 'apo' })).toEqual([
      'Cannot give apo an image: 7 problems',
      'no project has this name → did you mean `api`?',
      dokcer,
      '`port`: write a port number.',
      '`force`: write true or false.',
      ...problems,
      'Correct the options and run again.',
    ]);
    expect(await linesOf({ ...options, project: 'api' })).toEqual(expect.arrayContaining([dokcer, ...problems]));
  });

  it('is reported together with a project that is missing, or has no Dockerfile', async () => {
    expect(await linesOf({ project: 'apo', ...written })).toEqual(
      expect.arrayContaining(['no project has this name → did you mean `api`?', ...problems]),
    );
    expect(await linesOf({ project: 'api', engine: 'docker', ...written })).toEqual(
      expect.arrayContaining([
        ...problems,
        expect.stringMatching(/has no Dockerfile/),
        expect.stringMatching(/^--base, --from, --to apply/),
      ]),
    );
  });
});
