import { addProjectConfiguration, logger, updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parse } from 'yaml';

import { migrateGenerator } from './generator';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:acme/shop' }));
  for (const name of ['api', 'web']) {
    addProjectConfiguration(tree, name, { root: `apps/${name}`, projectType: 'application', targets: {} });
    tree.write(`apps/${name}/Dockerfile`, `FROM docker.io/library/node:22-slim AS build\nFROM build\nCOPY apps/${name}/src /app\n`);
    tree.write(`apps/${name}/src/main.js`, '');
  }
});

async function migrate(options: { readonly project?: string } = {}): Promise<string> {
  const done = await migrateGenerator(tree, options, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

interface Target {
  readonly executor: string;
  readonly options: Readonly<Record<string, unknown>>;
}

function targetsOf(project: string): Readonly<Record<string, Target>> {
  return (JSON.parse(tree.read(`apps/${project}/project.json`, 'utf8') ?? '') as { readonly targets: Record<string, Target> }).targets;
}

interface Registries {
  readonly registries: Readonly<Record<string, object>>;
  readonly publish: Readonly<Record<string, unknown>>;
}

const registries = () => parse(tree.read('registries.yaml', 'utf8') ?? '') as Registries;

/** A workflow with one job. */
function workflow(job: string, head = ''): void {
  tree.write('.github/workflows/images.yml', `name: images\non: push\n${head}jobs:\n  publish:\n    runs-on: ubuntu-latest\n${job}`);
}

const LOGIN = `
      - uses: docker/login-action@v3
        with: { registry: ghcr.io, username: '\${{ github.actor }}', password: '\${{ secrets.GITHUB_TOKEN }}' }`;

describe('a workflow with metadata-action and a matrix of apps', () => {
  beforeEach(() =>
    workflow(`    strategy:
      matrix:
        app: [api, web]
    steps:
      - uses: actions/checkout@v4${LOGIN}
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/\${{ github.repository_owner }}/\${{ matrix.app }}
          tags: |
            type=ref,event=branch
            type=ref,event=pr
            type=sha
            type=semver,pattern={{version}}
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: apps/\${{ matrix.app }}/Dockerfile
          push: \${{ github.event_name != 'pull_request' }}
          tags: \${{ steps.meta.outputs.tags }}
          labels: \${{ steps.meta.outputs.labels }}
          build-args: |
            COMMIT=\${{ github.sha }}
            MODE=production
          cache-from: type=gha
          cache-to: type=gha,mode=max
`),
  );

  it('names the variables that only the pipeline has, so that the tags can be compared on this machine', async () => {
    const said = await migrate();
    expect(said).toContain('set GITHUB_REPOSITORY_OWNER, GITHUB_ACTOR, GITHUB_TOKEN');
    expect(await migrate()).not.toContain('set GITHUB_');
  });

  it('becomes a registry with the tags of all images, and targets of each project', async () => {
    await migrate();
    expect(registries()).toEqual({
      registries: {
        ghcr: {
          host: 'ghcr.io',
          namespace: '${GITHUB_REPOSITORY_OWNER}',
          auth: { username: '${GITHUB_ACTOR}', password: '${GITHUB_TOKEN}' },
        },
      },
      publish: {
        registries: ['ghcr'],
        tags: [
          'branch',
          { rule: 'sha', prefix: 'sha-', when: { event: '!pullRequest' } },
          { rule: 'version', prefix: '' },
          { rule: 'latest', when: { tag: '*.*.*' } },
        ],
        exactVersion: false,
      },
    });
    for (const name of ['api', 'web']) {
      const { image, publish } = targetsOf(name);
      expect(image).toMatchObject({ executor: 'nx-oci:build', options: { context: '.', buildArgs: { COMMIT: null, MODE: 'production' } } });
      expect(publish).toMatchObject({ executor: 'nx-oci:publish' });
      expect(publish?.options).toBeUndefined();
    }
  });

  it('is described by what it publishes when, and by what is not taken over', async () => {
    const printed = await migrate();
    for (const line of [
      'api, web, from .github/workflows/images.yml, job publish:',
      '  push to main: main, sha-a1b2c3d',
      '  pull request 12: nothing',
      '  git tag v1.2.3: sha-a1b2c3d, 1.2.3, latest',
      '  Not taken over: the value of the build argument COMMIT=${{ github.sha }} → set the variable COMMIT for the job.',
      'registries.yaml: wrote ghcr (ghcr.io/${GITHUB_REPOSITORY_OWNER}).',
      'The old configuration is still there. Compare, then remove it from these places:',
      '  .github/workflows/images.yml, job publish',
    ]) {
      expect(printed.split('\n')).toContain(line);
    }
  });

  it('changes nothing the second time', async () => {
    await migrate();
    const files = () => ['registries.yaml', 'apps/api/project.json', 'apps/web/project.json'].map((file) => tree.read(file, 'utf8'));
    const first = files();
    expect(await migrate()).not.toContain('not taken over. ');
    expect(files()).toEqual(first);
  });

  it('is taken over for one project alone', async () => {
    await migrate({ project: 'web' });
    expect(targetsOf('web')['publish']).toBeDefined();
    expect(targetsOf('api')).toEqual({});
  });
});

it('takes names from constants of the workflow, and the repository as the name of the image', async () => {
  workflow(
    `    steps:${LOGIN}
      - uses: docker/build-push-action@v6
        with: { context: ./apps/api, push: true, tags: '\${{ env.REGISTRY }}/\${{ env.IMAGE_NAME }}:latest' }
`,
    'env:\n  REGISTRY: ghcr.io\n  IMAGE_NAME: ${{ github.repository }}\n',
  );
  await migrate();
  expect(registries().registries).toMatchObject({ ghcr: { host: 'ghcr.io', namespace: '${GITHUB_REPOSITORY_OWNER}' } });
  expect(targetsOf('api')).toMatchObject({
    image: { options: { dockerfile: 'apps/api/Dockerfile' } },
    publish: { options: { image: 'shop' } },
  });
  expect(registries().publish).toMatchObject({ tags: ['latest'], exactVersion: false });
});

it('takes over several registries, and a matrix that lists files', async () => {
  workflow(`    strategy:
      matrix:
        include:
          - { name: shop-api, file: apps/api/Dockerfile, stage: build }
          - { name: shop-web, file: apps/web/Dockerfile, stage: '' }
    steps:
      - uses: docker/login-action@v3
        with: { username: '\${{ vars.HUB_USER }}', password: '\${{ secrets.HUB_TOKEN }}' }
      - uses: docker/build-push-action@v6
        with:
          context: .
          file: \${{ matrix.file }}
          target: \${{ matrix.stage }}
          push: 'true'
          tags: |
            acme/\${{ matrix.name }}:latest
            acme/\${{ matrix.name }}:\${{ github.sha }}
            registry.acme.example:5000/\${{ matrix.name }}:latest
`);
  await migrate();
  expect(registries().registries).toEqual({
    dockerhub: { host: 'docker.io', namespace: 'acme', auth: { username: '${HUB_USER}', password: '${HUB_TOKEN}' } },
    acme: { host: 'registry.acme.example:5000' },
  });
  expect(targetsOf('api')).toMatchObject({
    image: { options: { stage: 'build' } },
    publish: { options: { image: 'shop-api' } },
  });
  expect(registries().publish).toMatchObject({ registries: ['dockerhub', 'acme'], tags: ['latest', '{sha}'] });
});

it('names a condition on who pushes, which has no counterpart', async () => {
  workflow(`    if: github.actor != 'dependabot[bot]'
    steps: [{ uses: docker/build-push-action@v6, with: { file: apps/api/Dockerfile, push: true, tags: ghcr.io/acme/api:latest } }]\n`);
  expect(await migrate()).toContain("Not taken over: its condition github.actor != 'dependabot[bot]' → ");
});

it('says what an image with options of BuildKit needs here', async () => {
  workflow(`    steps:
      - uses: docker/build-push-action@v6
        with:
          file: apps/api/Dockerfile
          push: 'true'
          tags: ghcr.io/acme/api:latest
          cache-from: type=registry,ref=ghcr.io/acme/api:cache
`);
  const printed = await migrate();
  expect(targetsOf('api')['image']).toMatchObject({ options: { engine: 'buildx' } });
  expect(printed).toContain('Built with buildx: the plugin, and a builder that exports images (`docker buildx create --use`');
});

describe('jobs that seem to publish images in a way that is not read', () => {
  const jobs = `  elsewhere:
    uses: acme/pipelines/.github/workflows/container.yml@v2
    with: { app: web }
  checks:
    uses: acme/pipelines/.github/workflows/lint.yml@v2
  baked:
    steps: [{ uses: docker/bake-action@v6, with: { push: true } }]
  script:
    steps: [{ uses: ./.github/actions/push }]
`;
  beforeEach(() =>
    tree.write('.github/actions/push/action.yml', 'runs: { using: composite, steps: [{ run: docker push acme/web, shell: bash }] }\n'),
  );

  it('are named beside what is taken over', async () => {
    workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { file: apps/api/Dockerfile, load: 'true', tags: 'ghcr.io/acme/api:latest' }
      - run: docker push ghcr.io/acme/api:latest
${jobs}`);
    const lines = (await migrate()).split('\n').filter((line) => line.includes('is not read'));
    expect(lines.map((line) => line.replace(/, which is not read.*/, ''))).toEqual([
      'Not taken over: .github/workflows/images.yml: job elsewhere calls acme/pipelines/.github/workflows/container.yml@v2',
      'Not taken over: .github/workflows/images.yml: job baked uses docker/bake-action',
      'Not taken over: .github/workflows/images.yml: a script of job script pushes an image',
    ]);
  });

  it('are not looked for in a workflow that cannot be read, which is named', async () => {
    workflow(
      '    steps: [{ uses: docker/build-push-action@v6, with: { file: apps/api/Dockerfile, push: true, tags: ghcr.io/acme/api:latest } }]\n',
    );
    tree.write('.github/workflows/broken.yml', 'on: push\njobs: { publish: { steps: [\n');
    expect(await migrate()).toContain(
      'Not taken over: .github/workflows/broken.yml: it is not valid YAML or has too many aliases, and was not read → ',
    );
  });

  it('are named if there is nothing else', async () => {
    tree.write('.github/workflows/images.yml', `on: push\njobs:\n${jobs}`);
    await expect(migrate()).rejects.toThrow(/Found no image[^]*job elsewhere calls[^]*job baked uses[^]*script of job script/);
  });
});

it('sends each image where it went, if they went to different registries', async () => {
  workflow(`    strategy: { matrix: { include: [{ app: api, to: ghcr.io/acme }, { app: web, to: quay.io/acme }] } }
    steps:
      - uses: docker/build-push-action@v6
        with: { context: 'apps/\${{ matrix.app }}', push: true, tags: '\${{ matrix.to }}/\${{ matrix.app }}:edge' }
`);
  await migrate();
  expect(targetsOf('api')['publish']?.options).toEqual({ registries: ['ghcr'] });
  expect(targetsOf('web')['publish']?.options).toEqual({ registries: ['quay'] });
  expect(registries().publish).toEqual({ tags: [{ literal: 'edge' }], exactVersion: false });
});

it.each([
  ['an output of another step', '${{ steps.ecr.outputs.registry }}/api:latest', /is only known in its job/],
  ['an input', '${{ inputs.image }}:latest', /is only known in its job/],
  [
    'no project',
    'ghcr.io/acme/other:latest',
    /ghcr\.io\/acme\/other belongs to no project → npx nx g nx-oci:image <project> --dockerfile=docker\/Dockerfile/,
  ],
])('leaves an image whose name is %s, and says why', async (_, name, why) => {
  workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { context: ., file: docker/Dockerfile, push: true, tags: '${name}' }
`);
  expect(await migrate()).toMatch(why);
  expect(targetsOf('api')).toEqual({});
});

it('finds the project of a shared Dockerfile by the name of the image', async () => {
  tree.write('docker/Dockerfile', 'FROM scratch\nARG APP\nCOPY apps/${APP}/src /app\n');
  workflow(`    strategy: { matrix: { app: [api, web] } }
    steps:
      - uses: docker/build-push-action@v6
        with: { context: ., file: docker/Dockerfile, push: true, build-args: 'APP=\${{ matrix.app }}', tags: 'ghcr.io/acme/\${{ matrix.app }}:edge', platforms: linux/arm64 }
`);
  await migrate();
  expect(targetsOf('web')['image']?.options).toMatchObject({
    dockerfile: 'docker/Dockerfile',
    buildArgs: { APP: 'web' },
    platform: 'linux/arm64',
  });
});

it('takes over targets of nx-container, with the tags of the configuration that pushes', async () => {
  updateJson(tree, 'apps/api/project.json', (json: object) => ({
    ...json,
    targets: {
      container: {
        executor: '@nx-tools/nx-container:build',
        dependsOn: ['build'],
        options: { engine: 'docker', load: true, tags: ['api:dev'], file: 'apps/api/Dockerfile', context: '.' },
        configurations: {
          ci: { load: false, push: true, metadata: { images: ['ghcr.io/acme/api'], tags: ['type=schedule', 'type=sha,prefix=sha-'] } },
        },
      },
    },
  }));
  const printed = await migrate();
  expect(printed).toContain('api, from apps/api/project.json, target container, configuration ci:');
  expect(registries()).toMatchObject({
    registries: { ghcr: { host: 'ghcr.io', namespace: 'acme' } },
    publish: {
      tags: [
        { literal: 'nightly', when: { event: 'schedule' } },
        { rule: 'sha', prefix: 'sha-' },
      ],
    },
  });
});

it('takes over variables in the names of nx-container', async () => {
  updateJson(tree, 'apps/api/project.json', (json: object) => ({
    ...json,
    targets: {
      container: {
        executor: '@nx-tools/nx-container:build',
        options: { push: true, tags: ['registry.example.com/api:${VERSION}', 'registry.example.com/api:{args.version}'] },
      },
    },
  }));
  const printed = await migrate();
  expect(registries()).toMatchObject({
    registries: { example: { host: 'registry.example.com' } },
    publish: { env: ['VERSION'], tags: ['{env.VERSION}'] },
  });
  expect(printed).toContain('${{ inputs.version }} cannot be known when an image is published');
});

it('takes over the images that nx release pushes with @nx/docker', async () => {
  updateJson(tree, 'nx.json', (json: object) => ({
    ...json,
    release: {
      groups: {
        apps: {
          projects: ['api'],
          docker: {
            registryUrl: 'ghcr.io',
            versionSchemes: { production: '{currentDate|YYMM.DD}.{shortCommitSha}', hotfix: '{currentDate|YYMM.DD}-hotfix' },
          },
        },
      },
    },
  }));
  updateJson(tree, 'apps/api/project.json', (json: object) => ({
    ...json,
    release: { docker: { repositoryName: 'acme/shop-api' } },
    targets: { 'docker:build': { command: 'docker build . --tag apps-api' } },
  }));
  const printed = await migrate();
  expect(registries()).toMatchObject({ registries: { ghcr: { namespace: 'acme' } }, publish: { tags: ['{date:YYMM.DD}.{shortSha}'] } });
  expect(targetsOf('api')['publish']).toMatchObject({ options: { image: 'shop-api' } });
  expect(printed).toContain('the version scheme hotfix ({currentDate|YYMM.DD}-hotfix)');
  expect(printed).toContain('Not taken over: that `nx release` alone publishes it; now each run of its publish target does → ');
  expect(printed).toContain('remove it from these places:\n  nx.json, release.docker (production)\n');
});

it('keeps an entry that is there, and tags that registries.yaml already has', async () => {
  tree.write(
    'registries.yaml',
    '# Ours.\nregistries:\n  mine: { host: ghcr.io, namespace: acme }\npublish:\n  registries: [mine]\n  tags: [sha]\n',
  );
  workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { context: apps/api, push: true, tags: 'ghcr.io/acme/api:edge' }
`);
  await migrate();
  expect(tree.read('registries.yaml', 'utf8')).toContain('# Ours.\nregistries:\n  mine: { host: ghcr.io, namespace: acme }');
  expect(registries()).toMatchObject({ registries: { mine: {} }, publish: { tags: ['sha'] } });
  expect(targetsOf('api')['publish']?.options).toEqual({ tags: [{ literal: 'edge' }], exactVersion: false });
});

it('writes nothing of a secret that stands in a workflow', async () => {
  workflow(`    steps:
      - uses: docker/login-action@v3
        with: { registry: ghcr.io, username: acme, password: hunter2hunter2 }
      - uses: docker/build-push-action@v6
        with: { context: apps/api, push: true, tags: 'ghcr.io/acme/api:edge' }
`);
  const printed = await migrate();
  for (const text of [printed, tree.read('registries.yaml', 'utf8')]) expect(text).not.toContain('hunter2');
});

it('ends at a constant that names itself', async () => {
  workflow(`    strategy: { matrix: { app: ['x\${{ matrix.app }}'] } }
    steps:
      - uses: docker/build-push-action@v6
        with: { context: ., push: true, tags: 'ghcr.io/acme/\${{ matrix.app }}:latest' }
`);
  expect(await migrate()).toMatch(/is only known in its job/);
});

it.each([
  ['package-lock.json', '{}', 'npx'],
  ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n", 'pnpm exec'],
  ['yarn.lock', '# yarn lockfile v1\n', 'yarn'],
  ['yarn.lock', '\n__metadata:\n  version: 8\n', 'yarn'],
  ['bun.lock', '{}', 'bun'],
])('prints commands of the package manager of %s', async (file, text, exec) => {
  for (const other of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']) if (tree.exists(other)) tree.delete(other);
  tree.write(file, text);
  workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { context: apps/api, push: true, tags: 'ghcr.io/acme/api:edge' }
      - uses: docker/build-push-action@v6
        with: { context: other, push: true, tags: 'ghcr.io/acme/other:edge' }
`);
  const printed = await migrate();
  const commands = printed.match(/[\w ]*\bnx (?:g|run-many) .*$/gm) ?? [];
  expect(commands).toHaveLength(4);
  for (const command of commands) expect(command.replace(/^.*(?:test|→)?[:→] /, '').trim()).toMatch(new RegExp(`^${exec} nx `));
});

it('refuses a workspace that publishes nothing', async () => {
  await expect(migrate()).rejects.toThrow(/Found no image that this workspace publishes/);
  expect(tree.exists('registries.yaml')).toBe(false);
});

describe('what a workflow writes that must not be taken over', () => {
  const step = (inputs: string) =>
    workflow(`    steps:
      - uses: docker/build-push-action@v6
        with:
          push: true
          file: apps/api/Dockerfile
          tags: ghcr.io/acme/api:latest
${inputs}`);
  const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

  it('are secrets in plain text, of which only the names stay', async () => {
    step(`          build-args: |
            MODE=production
            GITHUB=${TOKEN}
            NPM_PASSWORD=hunter2hunter2
          labels: note=${TOKEN}
          cache-from: type=s3,bucket=x,secret_access_key=wJalrXUtnFEMIxK7MDENG
          build-contexts: up=https://bot:${TOKEN}@github.com/acme/up.git
`);
    const printed = await migrate();
    expect(targetsOf('api')['image']?.options['buildArgs']).toEqual({ MODE: 'production', GITHUB: null, NPM_PASSWORD: null });
    expect(printed).toContain('Not taken over: the build argument NPM_PASSWORD, whose value looks like a secret');
    expect(printed).toContain('Not taken over: cacheFrom, which looks like a secret');
    expect(`${printed}${JSON.stringify(targetsOf('api'))}`).not.toMatch(/ghp_|hunter2|wJalr/);
  });

  it('is an image of another repository', async () => {
    step('          context: https://github.com/acme/other.git#main\n');
    expect(await migrate()).toContain('job publish: its context is another repository, or a folder that its address names → ');
    expect(targetsOf('api')).toEqual({});
    step('          context: https://github.com/acme/shop.git#main:apps/api\n');
    expect(await migrate()).toContain('or a folder that its address names → ');
    step('          context: https://github.com/acme/shop.git#main\n');
    await migrate();
    expect(targetsOf('api')).toHaveProperty('image');
  });

  it('is not named as a place to remove', async () => {
    workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, file: apps/api/Dockerfile, tags: 'ghcr.io/acme/api:latest' }
  outside:
    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, context: ../.., file: apps/web/Dockerfile, tags: 'ghcr.io/acme/web:latest' }
`);
    const printed = await migrate();
    expect(printed).toContain('job outside: not taken over. ');
    expect(printed).not.toMatch(/^ {2}\.github.*job outside$/m);
  });
});

it('names a workflow whose aliases multiply, and takes over the others', async () => {
  const levels = 'abcdefgh'
    .split('')
    .map(
      (name, level) =>
        `${name}: &${name} [${Array.from({ length: 9 }, () => (level === 0 ? 'x' : `*${'abcdefgh'[level - 1]}`)).join(', ')}]`,
    );
  tree.write('.github/workflows/laughs.yml', `${levels.join('\n')}\njobs: { a: { steps: *h } }\n`);
  workflow(`    steps:
      - uses: docker/build-push-action@v6
        with: { push: true, file: apps/api/Dockerfile, tags: 'ghcr.io/acme/api:latest' }
`);
  expect(await migrate()).toContain('.github/workflows/laughs.yml: it is not valid YAML');
  expect(targetsOf('api')).toHaveProperty('image');
});

it('reads a row of tags up to a comment', async () => {
  workflow(`    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ghcr.io/acme/api
          tags: |
            type=raw,value=edge,enable={{is_default_branch}}  # of main
      - uses: docker/build-push-action@v6
        with: { push: true, file: apps/api/Dockerfile, tags: '\${{ steps.meta.outputs.tags }}' }
`);
  expect(await migrate()).toContain('push to main: edge');
});
