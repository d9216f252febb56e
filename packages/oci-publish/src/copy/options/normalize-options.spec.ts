import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { loadRegistries } from '../../configuration/registries';
import { normalizeOptions } from './normalize-options';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('the options of a copy target', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries:
  dev: { host: registry.dev, namespace: team }
  corp: { host: registry.corp, namespace: prod }
  secret: { host: registry.secret, namespace: "\${UNSET}" }
`,
    );
  });
  afterEach(() => workspace.remove());

  async function read(options: unknown, env: NodeJS.ProcessEnv = {}) {
    return normalizeOptions(options, { project: 'app', registries: await loadRegistries(workspace.root, env), env });
  }

  const placesOf = async (options: unknown, env?: NodeJS.ProcessEnv) =>
    (await read(options, env)).jobs.flatMap(({ targets }) =>
      targets.map(({ registry, repository, tags }) => `${registry}/${repository}:${tags.join(',')}`),
    );

  it.each([
    ['an image of Docker Hub', { from: 'postgres:15', to: 'corp' }, ['registry.corp/prod/postgres:15']],
    ['a path of strangers, kept whole', { from: 'ghcr.io/org/app:1', to: 'corp' }, ['registry.corp/prod/org/app:1']],
    ['an image of a known registry, by its name there', { from: 'registry.dev/team/api:1', to: 'corp' }, ['registry.corp/prod/api:1']],
    ['a name of its own', { from: 'postgres:15', to: 'corp', image: 'db' }, ['registry.corp/prod/db:15']],
    ['no tag, which means latest', { from: 'postgres', to: 'corp' }, ['registry.corp/prod/postgres:latest']],
    ['a repository in full, with a tag', { from: 'postgres:15', to: 'other.io/x/db:old', tags: ['new'] }, ['other.io/x/db:old,new']],
    ['tags alone: where it is', { from: `registry.dev/team/api@${DIGEST}`, tags: ['v1.0.0', '1'] }, ['registry.dev/team/api:v1.0.0,1']],
    [
      'several of both',
      { from: ['a:1', 'b:2'], to: ['dev', 'corp'] },
      ['dev/team/a:1', 'corp/prod/a:1', 'dev/team/b:2', 'corp/prod/b:2'].map((name) => `registry.${name}`),
    ],
  ])('name %s', async (_what, options, places) => expect(await placesOf(options)).toEqual(places));

  it('copy what is named twice once', async () => {
    const to = ['corp', 'registry.corp/prod/postgres:15', 'registry.corp/prod/postgres:16', 'corp'];
    expect(await placesOf({ from: ['postgres:15', 'docker.io/library/postgres:15'], to })).toEqual(['registry.corp/prod/postgres:15,16']);
  });

  it('refuse mirrors that set one tag to different platforms of an image', async () => {
    const mirror = (platforms: string) => `{ from: postgres:15, to: [corp], platforms: [${platforms}] }`;
    const written = readFileSync(join(workspace.root, 'registries.yaml'), 'utf8');
    const mirrors = (...all: readonly string[]) => workspace.write('registries.yaml', `${written}mirrors: [${all.join(', ')}]\n`);
    mirrors(mirror('linux/amd64'), mirror('linux/arm64'));
    await expect(read({})).rejects.toThrow(/postgres:15 is the target of .*:15 \(linux\/amd64\) and .*:15 \(linux\/arm64\)/);
    mirrors(mirror('linux/amd64, linux/arm64'), mirror('linux/arm64, linux/amd64'));
    expect(await placesOf({})).toEqual(['registry.corp/prod/postgres:15']);
  });

  it('take variables from the environment', async () => {
    expect(await placesOf({ from: 'registry.dev/team/api:${SHA}', to: 'corp', tags: ['${TAG:-edge}'] }, { SHA: 'a1b2c3d' })).toEqual([
      'registry.corp/prod/api:edge',
    ]);
  });

  it('protect versions, all tags or none', async () => {
    const protectionWith = async (options: object) => (await read({ from: 'a', to: 'corp', ...options })).protection;
    expect([await protectionWith({}), await protectionWith({ noClobber: true }), await protectionWith({ noClobber: false })]).toEqual([
      'versions',
      'all',
      'none',
    ]);
  });

  it('are a dry run if nx release requests one', async () => {
    expect((await read({ from: 'a', to: 'corp' }, { NX_DRY_RUN: 'true' })).isDryRun).toBe(true);
  });

  it('report every mistake at once, each with its fix', async () => {
    const options = {
      form: 'x',
      from: ['Bad Name', 'postgres:${NOTHING}', 'a:1'],
      to: ['corq', 'team/api', 'corp/api', 'secret'],
      tags: ['no tag'],
      platforms: 'linux',
      dryRun: 'maybe',
    };
    const failure = await read({ ...options, dryRun: true }).catch((error: unknown) => error as Error);
    const { message } = failure as Error;
    expect(message).toContain('unknown option `form` → did you mean `from`?');
    expect(message).toContain('"Bad Name" is not an image reference');
    expect(message).toContain('the variable NOTHING is not set');
    expect(message).toContain('"corq" is not defined in registries.yaml. → did you mean `corp`?');
    expect(message).toContain('"team/api" has no host. → Write host/repository, such as "registry.example.com/team/api".');
    expect(message).toContain('"corp/api" has no host. → corp is a registry of registries.yaml: write `to: corp` and `image: api`.');
    expect(message).toContain('the variable UNSET is not set');
    expect(message).toContain('"no tag" is not a valid tag');
    expect(message).toContain('"linux" is not a platform');
    await expect(read(options)).rejects.toThrow(/`dryRun`/);
  });

  it.each([
    ['nothing to copy', {}, /registries\.yaml has no `mirrors`/],
    ['mirrors switched off, and no source', { mirrors: false }, /there is nothing to copy/],
    ['a target without a source', { to: 'corp' }, /`to` belongs to `from`/],
    ['mirrors beside a source', { from: 'a', to: 'corp', mirrors: true }, /`mirrors` and `from` exclude each other/],
    ['a source that goes nowhere', { from: 'a' }, /neither `to` nor `tags` is set/],
    ['a digest without a name', { from: `a@${DIGEST}`, to: 'corp' }, /repository:tag@sha256/],
    ['a digest as target', { from: 'a', to: `b.io/a@${DIGEST}` }, /has a digest/],
    [
      'two sources with one name',
      { from: ['a:1', 'b:1'], to: 'corp', image: 'x' },
      /registry\.corp\/prod\/x:1 is the target of .*a:1 and .*b:1/,
    ],
    ['a name for a repository in full', { from: 'a', to: 'b.io/a', image: 'x' }, /`to` has none/],
    ['words that belong to no option', { from: 'a', to: 'corp', _: ['x'] }, /"x" is not an option/],
  ])('refuse %s', (_what, options, message) => expect(read(options)).rejects.toThrow(message));
});
