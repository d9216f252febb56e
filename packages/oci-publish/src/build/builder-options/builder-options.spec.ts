import { isOciError } from '@nx-oci/model';
import fc from 'fast-check';

import { describeDockerfileBuild } from '../../engines/dockerfile/describe-build';
import { builderArguments } from '../../engines/dockerfile/builder-arguments';
import { bakeAllowances, bakeTarget } from '../../engines/buildx/bake-target';
import { refuseForBuilder } from '../../engines/docker/refuse-for-builder';
import type { DockerfileOptions } from '../../engines/options/dockerfile-options';
import { DOCKERFILE_ENGINES } from '../../engines/options/engine-names';
import { namedPaths } from '../../engines/sources/named-paths';
import { digestBuild } from '../../engines/names/digest-build';
import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { normalizeOptions } from '../normalize-options';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = makeWorkspace();
  workspace.write('apps/api/Dockerfile', 'FROM scratch\n');
  workspace.write('libs/shared/a.txt', 'a');
  workspace.write('libs/layout/index.json', '{}');
  workspace.write('keys/deploy', 'a key');
});
afterAll(() => workspace.remove());

const normalize = async (written: object): Promise<DockerfileOptions> => {
  const { root: workspaceRoot } = workspace;
  const asked = await normalizeOptions(
    { engine: 'docker', ...written },
    { project: 'api', projectRoot: `${workspaceRoot}/apps/api`, workspaceRoot },
    { env: {} },
  );
  if (asked.engine === 'native') throw new Error('another engine was asked for');
  return asked.options;
};
const problemsOf = async (written: object): Promise<readonly string[]> => {
  const error: unknown = await normalize(written).catch((thrown: unknown) => thrown);
  if (!isOciError(error, 'OPTIONS_INVALID')) throw error;
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
};

const EVERYTHING = {
  pull: true,
  cacheFrom: ['ghcr.io/acme/cache', 'type=local,src=tmp/cache'],
  cacheTo: 'type=gha,scope=api,mode=max',
  buildContexts: { shared: 'libs/shared', base: 'docker-image://docker.io/library/node:22', layout: 'oci-layout://libs/layout:1' },
  ssh: ['default', 'deploy=keys/deploy'],
  ulimits: ['nofile=1024:2048'],
  shmSize: '64m',
  addHosts: ['db:10.0.0.7'],
  extraArguments: ['--cgroup-parent=ci'],
};

it('reach BuildKit as its own arguments', async () => {
  const options = await normalize(EVERYTHING);
  expect(builderArguments(options, 'typed')).toEqual([
    '--cache-from=type=registry,ref=ghcr.io/acme/cache',
    '--cache-from=type=local,src=tmp/cache',
    '--cache-to=type=gha,scope=api,mode=max',
    `--build-context=shared=${workspace.root}/libs/shared`,
    '--build-context=base=docker-image://docker.io/library/node:22',
    `--build-context=layout=oci-layout://${workspace.root}/libs/layout:1`,
    '--ssh=default',
    `--ssh=deploy=${workspace.root}/keys/deploy`,
    '--ulimit=nofile=1024:2048',
    '--shm-size=64m',
    '--add-host=db:10.0.0.7',
    '--cgroup-parent=ci',
  ]);
  expect(options.pull).toBe(true);
});

it('are all refused at once where they are wrong', async () => {
  const problems = await problemsOf({
    cacheFrom: ['type=regestry,ref=a', 'type=registry'],
    cacheTo: ['type=s3,region=eu,secret_access_key=x', 'type=local,src=a', 'a=b'],
    buildContexts: { 'a b': 'libs/none', later: 'target:other', url: 'https://me:pw@example.com/a.git' },
    ssh: ['deploy=keys/none'],
    ulimits: ['nofile'],
    shmSize: 'much',
    addHosts: ['db=10.0.0.7'],
    provenance: true,
    extraArguments: ['--tag=a', '-fother', '--secret=id=a', 'folder'],
  });
  expect(problems.map((problem) => /^`([\w.[\] ]+)`/.exec(problem)?.[1])).toEqual([
    'provenance',
    'cacheFrom[0]',
    'cacheFrom[1]',
    'cacheTo[0]',
    'cacheTo[1]',
    'cacheTo[2]',
    'buildContexts.a b',
    'buildContexts.later',
    'buildContexts.a b',
    'ulimits',
    'addHosts',
    'shmSize',
    'extraArguments',
    'extraArguments',
    'extraArguments',
    'extraArguments',
    'buildContexts.url',
    'ssh[0]',
  ]);
  expect(problems.every((problem) => problem.includes(' → ') && !/pw@|key=x/.test(problem))).toBe(true);
});

it.each(DOCKERFILE_ENGINES.filter((name) => name !== 'buildx'))(
  'name the engine %s where it cannot attest, nor push by itself',
  async (engine) => {
    const problems = await problemsOf({ engine, provenance: 'max', sbom: true, export: 'registry' });
    expect(problems.map((problem) => /^`(\w+)` .* this image is (\w+) .* buildx$/.exec(problem)?.slice(1))).toEqual([
      ['provenance', engine],
      ['sbom', engine],
      ['export', engine],
    ]);
  },
);

describe('with buildx', () => {
  const buildx = { engine: 'buildx' };

  it('become fields of a bake target', async () => {
    const { extraArguments: _none, ...rest } = EVERYTHING;
    const options = await normalize({ ...buildx, ...rest, provenance: 'max', extraArguments: '--allow=security.insecure' });
    const build = { options, labels: {}, folder: '/layout' };
    expect(bakeTarget(build, {})).toMatchObject({
      'cache-from': ['type=registry,ref=ghcr.io/acme/cache', 'type=local,src=tmp/cache'],
      'cache-to': ['type=gha,scope=api,mode=max'],
      contexts: { shared: `${workspace.root}/libs/shared`, base: 'docker-image://docker.io/library/node:22' },
      ssh: ['default', `deploy=${workspace.root}/keys/deploy`],
      ulimits: ['nofile=1024:2048'],
      'shm-size': '64m',
      'extra-hosts': { db: '10.0.0.7' },
      pull: true,
      attest: ['type=provenance,mode=max', 'type=sbom,disabled=true'],
    });
    expect(bakeAllowances(build)).toEqual(['ssh', 'security.insecure']);
  });

  it('refuse what bake, or the image, cannot have', async () => {
    expect(await problemsOf({ ...buildx, extraArguments: '--cgroup-parent=ci' })).toEqual([expect.stringContaining('does not take')]);
    expect(await problemsOf({ ...buildx, export: 'registri' })).toEqual([expect.stringContaining('did you mean `registry`?')]);
    expect(await problemsOf({ ...buildx, exportTo: 'ghcr.io/acme/api' })).toEqual([expect.stringContaining('no effect')]);
    expect(await problemsOf({ ...buildx, export: 'registry', exportTo: 'ghcr.io/acme/api:1' })).toEqual([
      expect.stringContaining('has a tag'),
    ]);
    expect(await problemsOf({ ...buildx, provenance: 'most' })).toEqual([expect.stringContaining('write true, false, min or max')]);
    const platforms = ['linux/amd64', 'linux/arm64'];
    expect(await problemsOf({ ...buildx, platforms, provenance: true, export: 'registry' })).toEqual([
      expect.stringContaining('for one platform'),
    ]);
    expect(await problemsOf({ ...buildx, platforms, provenance: true, parts: true })).toEqual([
      expect.stringContaining('cannot be merged'),
    ]);
  });
});

it.each(['podman', 'buildah'] as const)('are repositories without a tag as caches of %s', async (engine) => {
  const options = await normalize({ engine, cacheFrom: ['type=registry,ref=ghcr.io/acme/cache,mode=max'], cacheTo: 'ghcr.io/acme/cache' });
  expect(builderArguments(options, 'plain')).toEqual(['--cache-from=ghcr.io/acme/cache', '--cache-to=ghcr.io/acme/cache']);
  expect(await problemsOf({ engine, cacheFrom: ['ghcr.io:443/acme/cache:api'], cacheTo: 'type=gha' })).toEqual([
    expect.stringMatching(new RegExp(`${engine} takes a repository without a tag → write ghcr.io:443/acme/cache$`)),
    expect.stringContaining(`${engine} has no cache of type gha`),
  ]);
  expect(await problemsOf({ engine, buildContexts: { a: 'oci-layout://libs/shared' } })).toEqual([
    expect.stringContaining(`${engine} cannot read oci-layout://`),
  ]);
});

it('cannot be two contexts of one name', async () => {
  const buildContexts = {
    base: 'libs/shared',
    'docker.io/library/base:latest': 'libs/layout',
    other: 'libs/shared',
    'other:2': 'libs/shared',
  };
  expect(await problemsOf({ buildContexts })).toEqual([
    expect.stringContaining('base and docker.io/library/base:latest, which mean the same'),
  ]);
});

it('stay inside the workspace with the folders that they name', async () => {
  const written = { buildContexts: { a: '..', b: 'oci-layout://../..' }, ssh: ['key=../..'] };
  const problems = await problemsOf(written);
  expect(problems.map((problem) => /^`(.*)`: .*outside/.exec(problem)?.[1])).toEqual(['buildContexts.a', 'buildContexts.b', 'ssh[0]']);
  await expect(normalize({ ...written, outside: true })).resolves.toBeDefined();
});

it('name the folders that the image depends on, and keys as secrets', () => {
  const named = namedPaths({ engine: 'buildah', dockerfile: 'Dockerfile', ...EVERYTHING }, 'apps/api');
  expect(named.filter(({ option }) => /buildContexts|ssh/.test(option))).toEqual([
    { option: 'buildContexts.shared', path: 'libs/shared' },
    { option: 'buildContexts.layout', path: 'libs/layout' },
    { option: 'ssh[1]', path: 'keys/deploy', isSecret: true },
  ]);
});

it('do not show a credential of this run in the arguments of a program', async () => {
  process.env['NPM_TOKEN'] = 'npm_0123456789abcdefghij';
  try {
    const problems = await problemsOf({ extraArguments: ['--annotation=a=npm_0123456789abcdefghij'] });
    expect(problems).toEqual([expect.stringContaining('`extraArguments` contains a credential')]);
    expect(problems.join('')).not.toContain('npm_0123');
  } finally {
    delete process.env['NPM_TOKEN'];
  }
});

describe('a secret in an option, which would be an argument that others see,', () => {
  it.each([
    ['cacheFrom', { cacheFrom: 'type=s3,Secret_Access_Key=hunter22' }],
    ['cacheTo', { cacheTo: 'type=gha,TOKEN=hunter22' }],
    ['cacheFrom', { cacheFrom: 'type=gha,ghtoken=hunter22' }],
    ['cacheTo', { cacheTo: 'type=azblob,name=a,account_url=https://a.example/?sig=hunter22' }],
    ['cacheFrom', { cacheFrom: 'type=s3,endpoint_url=https://me:hunter22@s3.example' }],
    ['buildContexts.a', { buildContexts: { a: 'https://ghp_hunter22hunter22hunter22hunter22hunt@github.com/acme/a.git' } }],
    ['buildContexts.a', { buildContexts: { a: 'https://x-access-token:hunter22@github.com/acme/a.git' } }],
    ['buildContexts.a', { buildContexts: { a: 'https://example.com/a.tar?token=hunter22' } }],
    ['buildArgs.NPM_TOKEN', { buildArgs: { NPM_TOKEN: 'npm_hunter22hunter22hunter22hunter22hunt' } }],
    ['extraArguments', { extraArguments: '--creds=me:hunter22', engine: 'podman' }],
    ['addHosts', { addHosts: 'a:ghp_hunter22hunter22hunter22hunter22hunt' }],
  ])('is refused: %s of %j', async (option, written) => {
    const problems = await problemsOf(written);
    expect(problems).toEqual([expect.stringContaining(`\`${option}`)]);
    expect(problems.join('')).not.toContain('hunter22');
  });

  it.each([
    { cacheFrom: 'type=s3,region=eu,bucket=keys,name=token' },
    { cacheTo: 'type=gha,Scope=api,repository=acme/a' },
    { buildContexts: { a: 'https://acme@dev.azure.com/acme/a.git' } },
    { buildContexts: { a: 'ssh://git@github.com/acme/a.git' } },
    { buildArgs: { DATABASE: 'postgres://app:app@db/app', NPM_TOKEN: null, TOKEN_FILE: '/run/secrets/token' } },
  ])('is not seen where there is none: %j', async (written) => {
    await expect(normalize(written)).resolves.toBeDefined();
  });
});

describe('the label of the build', () => {
  const labelOf = async (written: object) => digestBuild(describeDockerfileBuild(await normalize(written), workspace.root));

  it('is the same with any cache, with `pull`, and with empty options', async () => {
    const { cacheFrom, cacheTo, pull } = EVERYTHING;
    const nothing = { buildContexts: {}, ssh: [], ulimits: [], addHosts: [], extraArguments: [] };
    const plain = await labelOf({});
    expect(await labelOf({ cacheFrom, cacheTo, pull })).toBe(plain);
    expect(await labelOf(nothing)).toBe(plain);
    const elsewhere = { engine: 'buildx', export: 'registry', builder: 'far', provenance: false, sbom: 'false' };
    expect(await labelOf(elsewhere)).toBe(plain);
  });

  it('differs with everything that may change what is built, but not with the place of a key', async () => {
    const { buildContexts, ulimits, shmSize, addHosts, extraArguments } = EVERYTHING;
    const changes = [{}, { buildContexts }, { ulimits }, { shmSize }, { addHosts }, { extraArguments }, { ssh: ['default'] }];
    const labels = await Promise.all(changes.map(labelOf));
    expect(new Set(labels).size).toBe(changes.length);
    expect(await labelOf({ ssh: ['a=keys/deploy'] })).toBe(await labelOf({ ssh: ['a=libs/shared/a.txt'] }));
  });
});

it('an engine refuses exactly the options that its builder would ignore, all at once', async () => {
  const options = await normalize(EVERYTHING);
  const names = ['cacheTo', 'buildContexts', 'ssh', 'ulimits', 'shmSize', 'addHosts', 'pull', 'extraArguments'] as const;
  const ignored = { legacy: ['ssh', 'buildContexts', 'cacheTo'], buildkit: ['buildContexts', 'cacheTo'], buildx: [] } as const;
  const limits = { '20.10.24': ['ulimits', 'shmSize'], '29.0.0': [] } as const;
  fc.assert(
    fc.property(
      fc.subarray([...names]),
      fc.constantFrom('legacy', 'buildkit', 'buildx'),
      fc.constantFrom('20.10.24', '29.0.0'),
      (set, builder, serverVersion) => {
        const { cacheFrom: _cache, ...rest } = options;
        const some = { ...rest, ...Object.fromEntries(names.filter((name) => !set.includes(name)).map((name) => [name, undefined])) };
        const refused: readonly string[] = [...ignored[builder], ...(builder === 'legacy' ? [] : limits[serverVersion])];
        const expected = set.filter((name) => refused.includes(name)).sort();
        let message = '';
        try {
          refuseForBuilder(some, { builder, serverVersion });
        } catch (error) {
          message = (error as Error).message;
        }
        expect([...message.matchAll(/^ {2}`(\w+)`/gm)].map(([, name]) => name).sort()).toEqual(expected);
      },
    ),
  );
});
