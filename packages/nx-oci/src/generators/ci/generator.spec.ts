import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { addProjectConfiguration, logger, updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { FsTree, flushChanges } from 'nx/src/generators/tree';
import { parse } from 'yaml';

import { ciGenerator } from './generator';
import { type CiOptions } from './pipeline/normalize-options';

const WORKFLOW = '.github/workflows/publish.yml';
const GITLAB = '.gitlab-ci.yml';

const GHCR = `registries:
  ghcr:
    host: ghcr.io
    namespace: \${GITHUB_REPOSITORY_OWNER}
    auth:
      username: \${GITHUB_ACTOR}
      password: \${GITHUB_TOKEN}
`;

const CORP = `  corp:
    host: corp.lan:5000
    namespace: \${CORP_TEAM:-team}
    auth:
      username: \${CORP_USERNAME}
      password: \${CORP_TOKEN}
`;

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  tree.write('registries.yaml', GHCR);
  tree.write('package-lock.json', '{}');
  addProjectConfiguration(tree, 'api', {
    root: 'apps/api',
    targets: { image: { executor: 'nx-oci:build', options: { base: 'scratch' } }, publish: { executor: 'nx-oci:publish' } },
  });
});

/** Runs the generator to its end. @returns its output */
async function generate(options: CiOptions): Promise<string> {
  const done = await ciGenerator(tree, options);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

const read = (file: string): string => tree.read(file, 'utf8') ?? '';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
  readonly env?: object;
}

interface Workflow {
  readonly on: { readonly push: object };
  readonly permissions: object;
  readonly jobs: { readonly publish: { readonly steps: readonly Step[] } };
}

interface Job {
  readonly stage: string;
  readonly image: string;
  readonly rules: readonly object[];
  readonly resource_group: string;
  readonly script: readonly string[];
}

const workflow = () => parse(read(WORKFLOW)) as Workflow;
const stepsOf = () => workflow().jobs.publish.steps;
const publishStep = () => stepsOf().at(-1);
const jobIn = (file: string) => (parse(read(file)) as { readonly 'publish-images': Job })['publish-images'];

describe('GitHub Actions', () => {
  it('gets a workflow that publishes to ghcr.io without changes', async () => {
    const printed = await generate({ provider: 'github' });
    expect(read(WORKFLOW)).toBe(`# Publishes the container images of this workspace. Written by \`nx g nx-oci:ci\`, and yours to change.
name: Publish images

on:
  push:
    branches: [main]
    tags: ['v[0-9]*']
  workflow_dispatch: # a run that is started by hand publishes every image

permissions:
  contents: read
  actions: read # for nx-set-shas, which looks for the last successful run
  packages: write # for ghcr.io

# One run at a time for each branch or tag; none is cancelled halfway.
concurrency:
  group: publish-\${{ github.ref }}
  cancel-in-progress: false

jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0 # versions, and which image is newer, are read from history and tags
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      - name: Set NX_BASE and NX_HEAD for nx affected
        if: github.event_name == 'push' && github.ref_type == 'branch'
        uses: nrwl/nx-set-shas@afb73a62d26e41464e9254689e1fd6122ee683c1 # v5.0.1
      - name: Publish images
        id: publish # its outputs name images and digests for later steps
        run: |
          if [ -n "$NX_BASE" ]; then
            npx nx affected -t publish
          else
            npx nx run-many -t publish
          fi
        env:
          GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}
`);
    expect(printed).toBe(`${WORKFLOW}: wrote a workflow that publishes what a push to main changed, every image for a tag v{version}.
Start it once by hand (Actions > Publish images > Run workflow): that publishes every image.

No secret has to be made at GitHub.
GITHUB_TOKEN is there in every run; \`permissions\` lets it write packages.
`);
  });

  it('takes secrets from secrets and the rest from variables, and lists those to create', async () => {
    tree.write('registries.yaml', `registries:\n${CORP}`);
    const printed = await generate({ provider: 'github' });
    expect(publishStep()?.env).toEqual({
      CORP_TEAM: '${{ vars.CORP_TEAM }}',
      CORP_USERNAME: '${{ vars.CORP_USERNAME }}',
      CORP_TOKEN: '${{ secrets.CORP_TOKEN }}',
    });
    expect(workflow().permissions).toEqual({ contents: 'read', actions: 'read' });
    expect(printed).toContain(`Make these at GitHub, under Settings > Secrets and variables > Actions:
  variable  CORP_TEAM      namespace of corp (has a default)
  variable  CORP_USERNAME  username of corp
  secret    CORP_TOKEN     password of corp
`);
    expect(printed).not.toContain('GITHUB_TOKEN');
  });

  it('has no env if registries.yaml has no variable', async () => {
    tree.write('registries.yaml', 'registries:\n  corp:\n    host: corp.lan\n');
    await generate({ provider: 'github' });
    expect(publishStep()).not.toHaveProperty('env');
  });

  it('publishes the project that a tag of independent releases names', async () => {
    updateJson(tree, 'nx.json', (json: object) => ({ ...json, release: { projectsRelationship: 'independent' } }));
    await generate({ provider: 'github' });
    expect(workflow().on.push).toMatchObject({ tags: ['**@[0-9]*'] });
    expect(publishStep()?.run).toContain(
      'elif [ "$GITHUB_REF_TYPE" = tag ]; then\n  npx nx run-many -t publish --projects="${GITHUB_REF_NAME%@*}"',
    );
  });

  it('compares with the given branch', async () => {
    await generate({ provider: 'github', branch: 'release/1.x' });
    expect(workflow().on.push).toMatchObject({ branches: ['release/1.x'] });
    expect(stepsOf().at(-2)?.with).toEqual({ 'main-branch-name': 'release/1.x' });
  });

  it.each([
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n",
      [
        'pnpm/action-setup@fe02b34f77f8bc703788d5817da081398fad5dd2',
        'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020',
        'pnpm install --frozen-lockfile',
      ],
      'pnpm exec nx',
    ],
    [
      'yarn.lock',
      '# yarn lockfile v1\n',
      ['actions/setup-node@820762786026740c76f36085b0efc47a31fe5020', 'yarn install --frozen-lockfile'],
      'yarn nx',
    ],
    [
      'yarn.lock',
      '\n__metadata:\n',
      ['corepack enable', 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020', 'yarn install --immutable'],
      'yarn nx',
    ],
    [
      'bun.lock',
      '{}',
      [
        'oven-sh/setup-bun@0c5077e51419868618aeaa5fe8019c62421857d6',
        'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020',
        'bun install --frozen-lockfile',
      ],
      'bun nx',
    ],
  ])('installs the package manager of %s', async (lockFile, text, steps, command) => {
    tree.delete('package-lock.json');
    tree.write(lockFile, text);
    await generate({ provider: 'github' });
    expect(
      stepsOf()
        .slice(1, -2)
        .map(({ uses, run }) => uses ?? run),
    ).toEqual(steps);
    expect(publishStep()?.run).toContain(`${command} affected -t publish`);
  });

  it('leaves the version of pnpm to package.json, and that of Node to its file', async () => {
    tree.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
    tree.write('.nvmrc', 'v24\n');
    await generate({ provider: 'github' });
    expect(stepsOf()[1]).toEqual({ uses: 'pnpm/action-setup@fe02b34f77f8bc703788d5817da081398fad5dd2', with: { version: 10 } });
    expect(stepsOf()[2]?.with).toEqual({ 'node-version-file': '.nvmrc', cache: 'pnpm' });
    updateJson(tree, 'package.json', (json: object) => ({ ...json, packageManager: 'pnpm@10.4.0' }));
    tree.delete(WORKFLOW);
    await generate({ provider: 'github' });
    expect(stepsOf()[1]).toEqual({ uses: 'pnpm/action-setup@fe02b34f77f8bc703788d5817da081398fad5dd2' });
  });

  it('explains what a workspace without lock file or images needs', async () => {
    tree.delete('package-lock.json');
    tree.delete('apps/api/project.json');
    updateJson(tree, 'nx.json', (json: object) => ({ ...json, cli: { packageManager: 'npm' } }));
    const printed = await generate({ provider: 'github' });
    expect(stepsOf()[1]?.with).not.toHaveProperty('cache');
    expect(printed).toContain('There is no lock file of npm: commit one');
    expect(printed).toContain('nx g nx-oci:image <project>');
  });
});

describe('an existing file', () => {
  it('stays unchanged, with a list of the lines that it lacks', async () => {
    await generate({ provider: 'github' });
    const edited = read(WORKFLOW)
      .replace('name: Publish images\n', 'name:   "Ship" # ours\n')
      .replace('npx nx run-many', 'npx nx run-many --parallel=1')
      .replaceAll('\n', '\r\n');
    tree.write(WORKFLOW, edited);
    tree.write('registries.yaml', `${GHCR}${CORP}`);
    expect(await generate({ provider: 'github' }))
      .toContain(`${WORKFLOW} is there already; nothing was changed. Of what would be written today it lacks these lines:

name: Publish images
            npx nx run-many -t publish
          CORP_TEAM: \${{ vars.CORP_TEAM }}
          CORP_USERNAME: \${{ vars.CORP_USERNAME }}
          CORP_TOKEN: \${{ secrets.CORP_TOKEN }}

Add the ones you need. For a file of its own: npx nx g nx-oci:ci github --file=.github/workflows/images.yml
`);
    expect(read(WORKFLOW)).toBe(edited);
  });

  it('lacks nothing right after it was written', async () => {
    await generate({ provider: 'github' });
    expect(await generate({ provider: 'github' })).toContain('nothing was changed. It has all that would be written today.');
  });

  it('is compared with the permission that ghcr.io needs', async () => {
    tree.write('registries.yaml', `registries:\n${CORP}`);
    await generate({ provider: 'github' });
    tree.write('registries.yaml', `${GHCR}${CORP}`);
    expect(await generate({ provider: 'github' })).toContain('\n  packages: write # for ghcr.io\n');
  });

  it.each(['jobs:\n  npm:\n    steps:\n      - run: npm publish\n', 'jobs: [\n', ''])(
    'may have another purpose, or not be YAML, such as %j: a new one may be written beside it',
    async (text) => {
      tree.write(WORKFLOW, text);
      expect(await generate({ provider: 'github' })).toContain('npx nx affected -t publish');
      expect(read(WORKFLOW)).toBe(text);
      await generate({ provider: 'github', file: '.github/workflows/images.yml' });
      expect(read('.github/workflows/images.yml')).toContain('nx affected -t publish');
    },
  );

  it('of GitLab gets the missing job printed, in an existing stage, and how to include it', async () => {
    const before = '# ours\nstages: [ check ]\ntest: {stage: check, script: [ make ]} # odd\n';
    tree.write(GITLAB, before);
    const printed = await generate({ provider: 'gitlab' });
    expect(printed).toContain('\npublish-images:\n  stage: check\n');
    expect(printed).toContain('For a file of its own: npx nx g nx-oci:ci gitlab --file=ci/publish.yml');
    expect(printed).toContain('Make these at GitLab');
    expect(read(GITLAB)).toBe(before);
  });
});

describe('GitLab CI', () => {
  it('gets a job that publishes', async () => {
    tree.write('registries.yaml', `registries:\n${CORP}`);
    const printed = await generate({ provider: 'gitlab' });
    expect(read(GITLAB)).toBe(`# Publishes the container images of this workspace. Written by \`nx g nx-oci:ci\`, and yours to change.
# Its variables, under Settings > CI/CD > Variables:
#   CORP_TEAM: namespace of corp, has a default
#   CORP_USERNAME: username of corp
#   CORP_TOKEN: password of corp, masked
publish-images:
  stage: deploy
  image: node:22
  rules:
    - if: $CI_COMMIT_TAG =~ /^v[0-9]/
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  # One pipeline at a time for each branch or tag; the others wait.
  resource_group: publish-$CI_COMMIT_REF_SLUG
  variables:
    GIT_DEPTH: '0' # versions, and which image is newer, are read from history and tags
  script:
    - npm ci
    # A tag, a first push and a pipeline started by hand have no commit to compare with: they publish every image.
    - |
      if [ -z "$CI_COMMIT_TAG" ] && git cat-file -e "$CI_COMMIT_BEFORE_SHA^{commit}" 2>/dev/null; then
        npx nx affected -t publish --base="$CI_COMMIT_BEFORE_SHA" --head="$CI_COMMIT_SHA"
      else
        npx nx run-many -t publish
      fi
  artifacts:
    reports:
      dotenv: dist/images/publish.env # digests and names of images, for later jobs
`);
    expect(printed).toContain('masked    CORP_TOKEN     password of corp\n');
  });

  it('needs no variable that GitLab sets', async () => {
    tree.write(
      'registries.yaml',
      'registries: { own: { host: "${CI_REGISTRY}", auth: { username: "${CI_REGISTRY_USER}", password: "${CI_REGISTRY_PASSWORD}" } } }\n',
    );
    expect(await generate({ provider: 'gitlab' })).toContain('No variable has to be made at GitLab.');
    expect(read(GITLAB)).not.toContain('CI_REGISTRY');
  });

  it('has an engine if a Dockerfile needs one, and says what the runner must allow', async () => {
    tree.write('apps/api/Dockerfile', 'FROM scratch\n');
    updateJson(tree, 'apps/api/project.json', () => ({ name: 'api' }));
    const printed = await generate({ provider: 'gitlab' });
    expect(jobIn(GITLAB)).toMatchObject({
      image: 'node:22-bookworm',
      services: ['docker:28-dind'],
      variables: {
        DOCKER_HOST: 'tcp://docker:2376',
        DOCKER_TLS_CERTDIR: '/certs',
        DOCKER_TLS_VERIFY: '1',
        DOCKER_CERT_PATH: '/certs/client',
      },
    });
    expect(printed).toContain('Docker builds api: the job has the service docker:dind');
  });

  it('reports if it is unknown whether an engine is needed', async () => {
    updateJson(tree, 'apps/api/project.json', () => ({ name: 'api', targets: { publish: { executor: 'nx-oci:publish' } } }));
    expect(await generate({ provider: 'gitlab' })).toContain('What builds api is not written in the project.');
    expect(jobIn(GITLAB)).not.toHaveProperty('services');
    expect(jobIn(GITLAB).resource_group).toBe('publish-$CI_COMMIT_REF_SLUG');
  });

  it('reports registries on loopback, which CI does not have', async () => {
    tree.write('registries.yaml', 'registries:\n  local: { host: "localhost:5080" }\n');
    expect(await generate({ provider: 'gitlab' })).toContain('All registries that images go to are on the machine that publishes');
    const both = 'registries:\n  local: { host: "localhost:5080" }\n  ghcr: { host: ghcr.io, namespace: acme }\n';
    const isSaid = async () => (await generate({ provider: 'gitlab' })).includes('All registries that images go to are on the machine');
    tree.write('registries.yaml', `${both}publish: { registries: [local] }\n`);
    expect(await isSaid()).toBe(true);
    const publish = { executor: 'nx-oci:publish', options: { registries: ['ghcr'] } };
    updateJson(tree, 'apps/api/project.json', (api: object) => ({ ...api, targets: { publish } }));
    expect(await isSaid()).toBe(false);
    tree.write('registries.yaml', `${both}publish: { registries: [ghcr] }\n`);
    expect(await isSaid()).toBe(false);
  });

  it('asks for nothing else while all registries are on loopback', async () => {
    tree.write('registries.yaml', 'registries:\n  local: { host: "localhost:${NX_OCI_PORT:-5080}" }\n');
    const said = await generate({ provider: 'github' });
    expect(said).not.toContain('NX_OCI_PORT');
    expect(said).not.toContain('Start it once by hand');
  });

  it('refuses a name with a special meaning in its script or rules', async () => {
    await expect(generate({ provider: 'gitlab', branch: 'a"b$(id)' })).rejects.toThrow('`--branch` is no name of a branch');
    tree.write('odd/project.json', JSON.stringify({ name: 'odd', targets: { 'publish;id': { executor: 'nx-oci:publish' } } }));
    await expect(generate({ provider: 'gitlab' })).rejects.toThrow('the target "publish;id" cannot be named in a script');
  });

  it('follows releases, branch and Node version of the workspace', async () => {
    updateJson(tree, 'nx.json', (json: object) => ({ ...json, release: { projectsRelationship: 'independent' } }));
    tree.write('.nvmrc', '24');
    await generate({ provider: 'gitlab', branch: 'trunk' });
    const { image, rules, script } = jobIn(GITLAB);
    expect(image).toBe('node:24');
    expect(rules).toEqual([{ if: '$CI_COMMIT_TAG =~ /^.+@[0-9]/' }, { if: '$CI_COMMIT_BRANCH == "trunk"' }]);
    expect(script.at(-1)).toContain('--projects="${CI_COMMIT_TAG%@*}"');
  });

  it('explains how a separate file becomes part of the pipeline', async () => {
    tree.write(GITLAB, 'stages: [ship]\n');
    expect(await generate({ provider: 'gitlab', file: 'ci/publish.yml' })).toContain('`include: [{ local: ci/publish.yml }]`');
    expect(jobIn('ci/publish.yml').stage).toBe('ship');
    expect(read(GITLAB)).toBe('stages: [ship]\n');
    tree.write(GITLAB, 'include: [{ local: ci/publish.yml }]\n');
    expect(await generate({ provider: 'gitlab', file: 'ci/publish.yml' })).not.toContain('include:');
  });
});

it.each(['github', 'gitlab'] as const)('names what builds need: the variables of secrets, and the builder (%s)', async (provider) => {
  const options = {
    engine: 'buildx',
    builder: 'cluster',
    secrets: [
      { id: 'npm', env: 'NPM_TOKEN' },
      { id: 'file', src: 'a.txt' },
    ],
  };
  updateJson(tree, 'apps/api/project.json', (json: { readonly targets: object }) => ({
    ...json,
    targets: { ...json.targets, image: { executor: 'nx-oci:build', options } },
  }));
  const said = await generate({ provider });
  expect(said).toMatch(/(?:secret|masked) +NPM_TOKEN +secrets of api/);
  expect(said).toContain(
    'The builder cluster makes api: the job needs a step before the one that builds, `docker buildx create --name cluster …`',
  );
  if (provider === 'github') expect(read(WORKFLOW)).toContain('NPM_TOKEN: ${{ secrets.NPM_TOKEN }}');
  else expect(read(GITLAB)).toMatch(/# +NPM_TOKEN/);
});

it('refuses secrets of builds that GitHub cannot have', async () => {
  const options = { engine: 'docker', secrets: [{ id: 'a', env: 'GITHUB_NPM' }] };
  updateJson(tree, 'apps/api/project.json', (json: { readonly targets: object }) => ({
    ...json,
    targets: { ...json.targets, image: { executor: 'nx-oci:build', options } },
  }));
  await expect(generate({ provider: 'github' })).rejects.toThrow('GITHUB_NPM');
});

it('writes what docs/publish/ci.md shows', async () => {
  const docs = readFileSync(path.join(__dirname, '../../../../../docs/publish/ci.md'), 'utf8');
  await generate({ provider: 'github' });
  expect(docs).toContain(`\`\`\`yaml\n${read(WORKFLOW)}\`\`\``);
  tree.write('registries.yaml', `registries:\n${CORP}`);
  await generate({ provider: 'gitlab' });
  expect(docs).toContain(`\`\`\`yaml\n${read(GITLAB)}\`\`\``);
});

describe('the provider', () => {
  it('is guessed from the address of the repository', async () => {
    updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'https://gitlab.com/acme/shop' }));
    expect(await generate({})).toContain(GITLAB);
  });

  it('is guessed from the existing files', async () => {
    tree.write('.github/CODEOWNERS', '');
    expect(await generate({})).toContain(WORKFLOW);
  });
});

describe('a mistake', () => {
  it('is reported for a choice together with all other problems', async () => {
    const refused = generate({ provider: 'gitlap' as unknown as 'gitlab', branch: 'my branch' });
    await expect(refused).rejects.toThrow('`provider`: "gitlap" is unknown → did you mean `gitlab`?');
    await expect(refused).rejects.toThrow('`--branch` is no name of a branch');
  });

  it('is reported with all others, and nothing is written', async () => {
    tree.write('registries.yaml', 'registries:\n  corp: { hots: corp.lan }\npublsh: {}\n');
    await expect(generate({ branch: 'my branch', file: '../publish.txt' })).rejects.toThrow(
      expect.objectContaining({
        message: [
          'Cannot write a CI pipeline: 5 problems',
          '  registries.yaml:2:11 unknown key `hots` → did you mean `host`?',
          '  registries.yaml:3:1 unknown key `publsh` → did you mean `publish`?',
          '  neither git nor a file of the workspace says which CI system is used → run `nx g nx-oci:ci --provider=github` or `nx g nx-oci:ci --provider=gitlab`',
          '  `--branch` is no name of a branch → use one like main',
          '  `--file` is no YAML file below the workspace root → use a path like ci/publish.yml',
          'Correct registries.yaml and run again; nothing was changed.',
        ].join('\n'),
      }) as Error,
    );
    expect(tree.exists(WORKFLOW) || tree.exists(GITLAB)).toBe(false);
  });

  it('may be a default branch, a release tag or a target that a pipeline cannot name, all reported at once', async () => {
    const release = { releaseTag: { pattern: '${{ github.token }}{version}' } };
    updateJson(tree, 'nx.json', (json: object) => ({ ...json, release, defaultBase: '${{ secrets.CORP_TOKEN }}' }));
    tree.write('odd/project.json', JSON.stringify({ name: 'odd', targets: { 'publish;id': { executor: 'nx-oci:publish' } } }));
    const done = generate({ provider: 'github' });
    await expect(done).rejects.toThrow(
      'the default branch "${{ secrets.CORP_TOKEN }}", of nx.json or the remote, is no name for a workflow',
    );
    await expect(done).rejects.toThrow('the target "publish;id" cannot be named in a script');
    await expect(done).rejects.toThrow('git tags of releases are "${{ github.token }}{version}" in nx.json, which no pipeline can name');
    // The job for GitLab uses GitLab's variable for the default branch.
    tree.delete('odd/project.json');
    updateJson(tree, 'nx.json', (json: object) => ({ ...json, release: {} }));
    await generate({ provider: 'gitlab' });
    expect(read(GITLAB)).not.toContain('CORP_TOKEN }}');
  });

  it.each([
    [undefined, 'there is no registries.yaml in this workspace → write one with `nx g nx-oci:registry`'],
    ['', 'registries.yaml names no registry → add one with `nx g nx-oci:registry`'],
    [
      'registries:\n  ghcr:\n    host: ghcr.io\n    auth:\n      username: me\n      password: ${GITHUB_PAT}\n',
      'registries.yaml:6:17 GitHub Actions sets no GITHUB_PAT, and reserves names that begin with GITHUB_ → give it another name',
    ],
  ])('may be a registries.yaml like %j', async (text, problem) => {
    if (text === undefined) tree.delete('registries.yaml');
    else tree.write('registries.yaml', text);
    await expect(generate({ provider: 'github' })).rejects.toThrow(problem);
  });

  it('may be a workflow in a folder that GitHub does not read', async () => {
    await expect(generate({ provider: 'github', file: 'ci/publish.yml' })).rejects.toThrow('use .github/workflows/images.yml');
  });
});

it.each([
  ['web/shop', 'cd web/shop'],
  ["web/it's a: shop #1", `cd 'web/it'\\''s a: shop #1'`],
])(
  'writes the job of a workspace in %s of a repository to the root of the repository, and runs it in its folder',
  async (folder, command) => {
    const repository = await mkdtemp(path.join(tmpdir(), 'nx-oci-nested-'));
    try {
      execFileSync('git', ['init', '-q'], { cwd: repository });
      const root = path.join(repository, folder);
      await mkdir(root, { recursive: true });
      const nested = new FsTree(root, false);
      const files = { 'package.json': '{}', 'package-lock.json': '{}', 'registries.yaml': 'registries: { corp: { host: corp.lan } }' };
      for (const [file, content] of Object.entries(files)) nested.write(file, content);
      await ciGenerator(nested, { provider: 'gitlab' });
      flushChanges(root, nested.listChanges());
      const job = parse(await readFile(path.join(repository, '.gitlab-ci.yml'), 'utf8'))['publish-images'];
      expect(job).toMatchObject({ stage: 'deploy', script: [command, 'npm ci', expect.stringContaining('nx affected')] });
      expect(job.artifacts.reports.dotenv).toBe(`${folder}/dist/images/publish.env`);
      expect(execFileSync('sh', ['-c', `${job.script[0]} && pwd`], { cwd: repository, encoding: 'utf8' }).trim()).toBe(
        await realpath(root),
      );

      await writeFile(path.join(repository, '.gitlab-ci.yml'), 'stages: [build, ship]\n');
      const again = new FsTree(root, false);
      const info = jest.spyOn(logger, 'info').mockImplementation();
      await (
        await ciGenerator(again, { provider: 'gitlab', file: 'ci/publish.yml' })
      )();
      const [, include = ''] = /`(include: .*)`/.exec(info.mock.calls.join()) ?? [];
      expect(parse(include)).toEqual({ include: [{ local: `${folder}/ci/publish.yml` }] });
      info.mockRestore();
      expect(again.listChanges().map((change) => change.path)).toEqual(['ci/publish.yml']);
      expect(parse(again.read('ci/publish.yml', 'utf8') ?? '')['publish-images'].stage).toBe('ship');
    } finally {
      await rm(repository, { recursive: true, force: true });
    }
  },
);

it('writes the workflow of a workspace in a subfolder to the root of the repository, with its folder as working directory', async () => {
  const repository = await mkdtemp(path.join(tmpdir(), 'nx-oci-nested-'));
  try {
    execFileSync('git', ['init', '-q'], { cwd: repository });
    const root = path.join(repository, 'web/shop');
    await mkdir(root, { recursive: true });
    const nested = new FsTree(root, false);
    const files = {
      'package.json': '{}',
      'package-lock.json': '{}',
      'registries.yaml': 'registries: { ghcr: { host: ghcr.io } }',
      '.nvmrc': '22',
    };
    for (const [file, content] of Object.entries(files)) nested.write(file, content);
    await ciGenerator(nested, { provider: 'github', branch: 'main' });
    flushChanges(root, nested.listChanges());
    const workflow = parse(await readFile(path.join(repository, '.github/workflows/publish.yml'), 'utf8'));
    expect(workflow.jobs.publish.defaults).toEqual({ run: { 'working-directory': 'web/shop' } });
    expect(workflow.jobs.publish.steps[1].with).toEqual({
      'node-version-file': 'web/shop/.nvmrc',
      cache: 'npm',
      'cache-dependency-path': 'web/shop/package-lock.json',
    });
  } finally {
    await rm(repository, { recursive: true, force: true });
  }
});
