import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { loadRegistries } from '../configuration/registries';
import { openConnection } from '../connection/open-connection';
import { readGitFacts } from '../git/read-git-facts';
import { RunFolder } from '../run/run-folder';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { imageOpener } from './image/layout-image';
import { pruneImage } from './prune/prune-image';
import { type PublishOptions } from './task/publish-options';
import { type PublishContext } from './publish-context';
import { type TaskResults } from './task/task-result';
import { printable } from '../text/printable';
import { publishTasks } from './publish';

const LOGIN = { username: 'robot', password: 'correct-horse' };

describe('publishTasks', () => {
  let workspace: TestWorkspace;
  let one: RunningRegistry;
  let other: RunningRegistry;
  let runs = 0;
  const printed: string[] = [];

  beforeEach(async () => {
    workspace = makeWorkspace();
    [one, other] = [await startRegistry(), await startRegistry({ login: LOGIN })];
    writeRegistries();
    workspace.commit('first');
    printed.length = 0;
  });

  afterEach(async () => {
    await Promise.all([one, other].map((server) => server.close()));
    workspace.remove();
  });

  function writeRegistries(more = '') {
    workspace.write(
      'registries.yaml',
      `registries:
  one: { host: '${one.host}', namespace: Team }
  other: { host: '${other.host}', auth: { username: robot, password: '\${SECRET}' } }
publish:
  registries: [one]
  tags: [sha, major, latest]
  settleMs: 0
${more}`,
    );
  }

  async function contextFor(siblings: readonly string[], run: string, env: NodeJS.ProcessEnv): Promise<PublishContext> {
    const { root: workspaceRoot } = workspace;
    return {
      workspaceRoot,
      env,
      readGit: () => readGitFacts({ folder: workspaceRoot, env: {} }),
      registries: await loadRegistries(workspaceRoot, env),
      connect: (entries, memory) => openConnection({ entries, env, memory }),
      openerFor: imageOpener,
      pruneImage: (folder) => pruneImage(folder, () => Promise.resolve({ kind: 'absent' })),
      run: new RunFolder(join(workspaceRoot, '.nx/runs', run)),
      siblings,
      print: (text) => printed.push(printable(text, { hasColor: false })),
      now: Date.now,
    };
  }

  interface Asked {
    readonly projects?: readonly string[];
    readonly siblings?: readonly string[];
    readonly options?: PublishOptions;
    readonly run?: string;
  }

  async function publish({ projects = ['app'], siblings, options = {}, run = `run-${runs++}` }: Asked = {}): Promise<TaskResults> {
    const ids = (siblings ?? projects).map((project) => `${project}:publish`);
    const context = await contextFor(ids, run, { SECRET: LOGIN.password });
    return publishTasks(
      projects.map((project) => ({ taskId: `${project}:publish`, project, projectRoot: '.', options })),
      context,
    );
  }

  /** Reads a registry over plain HTTP, without our code. */
  async function ask(registry: RunningRegistry, path: string): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    return fetch(`${registry.url}/v2/${path}`, { headers: { authorization, accept: 'application/vnd.oci.image.manifest.v1+json' } });
  }

  async function tagsOf(registry: RunningRegistry, repository: string): Promise<Record<string, string>> {
    const list = await ask(registry, `${repository}/tags/list`);
    if (list.status === 404) return {};
    const { tags } = (await list.json()) as { tags: string[] };
    const found = await Promise.all(
      tags.map(async (tag) => [tag, (await ask(registry, `${repository}/manifests/${tag}`)).headers.get('docker-content-digest')] as const),
    );
    return Object.fromEntries(found.map(([tag, digest]) => [tag, digest ?? '']));
  }

  const writesIn = (registry: RunningRegistry) => registry.log.entries().filter(({ method }) => !['GET', 'HEAD'].includes(method)).length;
  const success = (results: TaskResults) => [...results.values()].map((result) => result.success);
  const textOf = (results: TaskResults) => [...results.values()].map(({ text }) => text).join('\n');

  it('shows a warning of a registry once', async () => {
    await workspace.buildImage('app', 'hello');
    const headers = { warning: '299 - "This registry closes in May."' };
    one.faults.add({ method: 'GET', path: /manifests/, times: Infinity, answer: { status: 404, headers } });
    await publish({ options: { tags: ['sha', 'latest'] } });
    expect(printed.join('\n').match(/.*closes in May.*/g)).toEqual([`${one.host} says: This registry closes in May.`]);
  });

  it('pushes an image once and points every tag at it', async () => {
    await workspace.buildImage('app', 'hello');
    workspace.git('tag', 'v1.4.0');
    const results = await publish({ options: { tags: ['sha', 'version', 'minor', 'major', 'latest', 'stable'] } });
    expect(printed.join('\n')).toContain('stable');
    expect(success(results)).toEqual([true]);
    const tags = await tagsOf(one, 'team/app');
    const sha = workspace.git('rev-parse', 'HEAD').slice(0, 7);
    expect(Object.keys(tags).sort()).toEqual([sha, 'latest', 'stable', 'v1', 'v1.4', 'v1.4.0'].sort());
    expect(new Set(Object.values(tags)).size).toBe(1);
    expect(one.log.entries().filter(({ path, status }) => status === 201 && /\/blobs\/uploads\/.*[?&]digest=/.test(path))).toHaveLength(2);
  });

  it('stamps commit and version into what it publishes, and leaves what was built alone', async () => {
    await workspace.buildImage('app', 'hello');
    const commit = workspace.git('rev-parse', 'HEAD');
    const built = readFileSync(join(workspace.root, 'dist/images/app/index.json'), 'utf8');
    await publish({ options: { release: '2.0.0' } });
    const manifest = (await (await ask(one, 'team/app/manifests/latest')).json()) as { annotations: object; config: { digest: string } };
    const config = (await (await ask(one, `team/app/blobs/${manifest.config.digest}`)).json()) as { config: { Labels: object } };
    const facts = { 'org.opencontainers.image.revision': commit, 'org.opencontainers.image.version': '2.0.0', 'dev.nx-oci.project': 'app' };
    expect(manifest.annotations).toMatchObject(facts);
    expect(config.config.Labels).toMatchObject(facts);
    expect(readFileSync(join(workspace.root, 'dist/images/app/index.json'), 'utf8')).toBe(built);
  });

  it('writes nothing when the same commit is published again', async () => {
    await workspace.buildImage('app', 'hello');
    await publish();
    one.log.clear();
    const results = await publish();
    expect(success(results)).toEqual([true]);
    expect(writesIn(one)).toBe(0);
    expect(textOf(results)).toContain('up to date');
  });

  it('publishes to several registries, one of them with a login, under one digest', async () => {
    await workspace.buildImage('app', 'hello');
    expect(success(await publish({ options: { registries: ['one', 'other'] } }))).toEqual([true]);
    expect(await tagsOf(other, 'app')).toEqual(await tagsOf(one, 'team/app'));
  });

  it('moves no tag at all when one image of the run fails', async () => {
    await workspace.buildImage('app', 'hello');
    await workspace.buildImage('web', 'hello');
    one.faults.add({ method: 'PUT', path: /team\/web\/manifests/, times: 99, answer: { status: 400 } });
    const results = await publish({ projects: ['app', 'web'] });
    expect(success(results)).toEqual([false, false]);
    expect(await tagsOf(one, 'team/app')).toEqual({});
    expect(results.get('app:publish')?.text).toContain('web failed');
  });

  it('lets the last process of a run set the tags of all', async () => {
    await workspace.buildImage('app', 'hello');
    await workspace.buildImage('web', 'hello');
    const siblings = ['app', 'web'];
    const first = await publish({ projects: ['app'], siblings, run: 'shared', options: { registries: ['other'] } });
    expect(textOf(first)).toContain('Staged, 1 of 2');
    expect(await tagsOf(other, 'app')).toEqual({});
    expect(success(await publish({ projects: ['web'], siblings, run: 'shared' }))).toEqual([true]);
    expect(Object.keys(await tagsOf(other, 'app'))).toContain('latest');
    expect(Object.keys(await tagsOf(one, 'team/web'))).toContain('latest');
  });

  it('leaves all tags alone when a sibling in another process failed', async () => {
    await workspace.buildImage('app', 'hello');
    const siblings = ['app', 'web'];
    expect(success(await publish({ projects: ['web'], siblings, run: 'broken' }))).toEqual([false]);
    const results = await publish({ projects: ['app'], siblings, run: 'broken' });
    expect(success(results)).toEqual([false]);
    expect(textOf(results)).toContain('web:publish failed');
    expect(await tagsOf(one, 'team/app')).toEqual({});
  });

  it('shows the plan of a dry run and writes nothing', async () => {
    await workspace.buildImage('app', 'hello');
    await publish({ options: { dryRun: true } });
    expect(printed.join('\n')).toMatch(/team\/app:latest\s+\S*create/);
    expect(writesIn(one)).toBe(0);
    expect(existsSync(join(workspace.root, 'dist/images/app/report.json'))).toBe(false);
  });

  it('holds floating tags on another branch, and reports that', async () => {
    await workspace.buildImage('app', 'hello');
    workspace.git('checkout', '-qb', 'feat/x');
    await publish();
    expect(Object.keys(await tagsOf(one, 'team/app'))).toEqual([workspace.git('rev-parse', 'HEAD').slice(0, 7)]);
    expect(printed.join('\n')).toContain('held: branch feat/x');
    printed.length = 0;
    const [held] = [...(await publish({ options: { tags: ['latest'] } })).values()];
    expect(held?.text).toBe('app: no tag was set: latest held (branch feat/x, not main)');
    expect(printed.join('\n')).toContain('nothing, latest held');
    expect(printed.join('\n')).not.toContain('up to date');
    await publish({ options: { force: true } });
    expect(Object.keys(await tagsOf(one, 'team/app'))).toContain('latest');
  });

  it('names uncommitted changes as such and holds the other floating tags', async () => {
    await workspace.buildImage('app', 'hello');
    workspace.write('changed', 'yes');
    await publish();
    expect(Object.keys(await tagsOf(one, 'team/app'))).toEqual([`${workspace.git('rev-parse', 'HEAD').slice(0, 7)}-dirty`]);
  });

  it('does not move latest back to an older commit', async () => {
    await workspace.buildImage('app', 'old');
    const old = workspace.git('rev-parse', 'HEAD');
    workspace.commit('second');
    await workspace.buildImage('app', 'new');
    await publish();
    const { latest } = await tagsOf(one, 'team/app');
    workspace.git('reset', '-q', '--hard', old);
    await workspace.buildImage('app', 'old');
    await publish();
    expect((await tagsOf(one, 'team/app'))['latest']).toBe(latest);
    expect(printed.join('\n')).toContain('is newer');
  });

  it('refuses to re-point an immutable tag, before anything is written', async () => {
    await workspace.buildImage('app', 'hello');
    await publish({ options: { tags: ['version'], release: '1.0.0' } });
    workspace.commit('second');
    await workspace.buildImage('app', 'changed');
    one.log.clear();
    const results = await publish({ options: { tags: ['version', 'latest'], release: '1.0.0' } });
    expect(success(results)).toEqual([false]);
    expect(textOf(results)).toContain('team/app:v1.0.0');
    expect(writesIn(one)).toBe(0);
  });

  it('adopts the build that a commit was published with when it is released later', async () => {
    await workspace.buildImage('app', 'hello');
    await publish();
    const before = (await tagsOf(one, 'team/app'))['latest'];
    expect(success(await publish({ options: { registries: ['one', 'other'], tags: ['sha', 'version'], release: '1.0.0' } }))).toEqual([
      true,
    ]);
    expect((await tagsOf(one, 'team/app'))['v1.0.0']).toBe(before);
    expect((await tagsOf(other, 'app'))['v1.0.0']).toBe(before);
  });

  it('removes the local image after the registries confirmed it, and leaves the report', async () => {
    await workspace.buildImage('app', 'hello');
    await workspace.buildImage('web', 'stays');
    await publish({ options: { prune: true } });
    expect(existsSync(join(workspace.root, 'dist/images/app/blobs'))).toBe(false);
    expect(existsSync(join(workspace.root, 'dist/images/web/blobs'))).toBe(true);
    const report = JSON.parse(readFileSync(join(workspace.root, 'dist/images/app/report.json'), 'utf8'));
    expect(report).toMatchObject({
      project: 'app',
      outcome: 'published',
      registries: [{ registry: 'one', host: one.host, repository: 'team/app', outcome: 'published' }],
    });
    expect(report.digest).toBe((await tagsOf(one, 'team/app'))['latest']);
  });

  it.each<[string, PublishOptions, RegExp]>([
    ['an unknown registry', { registries: ['onne'] }, /did you mean `one`/],
    ['a misspelt rule', { tags: ['lates'] }, /did you mean `latest`/],
    ['a version that is none', { release: 'banana' }, /banana.*is not a version/],
    ['an image name outside the grammar', { image: 'Bad Name!' }, /Bad Name!/],
  ])('answers %s with the fix, and asks no registry', async (_what, options, message) => {
    await workspace.buildImage('app', 'hello');
    const results = await publish({ options });
    expect(success(results)).toEqual([false]);
    expect(textOf(results)).toMatch(message);
    expect(textOf(results)).not.toContain('should not');
    expect(one.log.entries()).toEqual([]);
  });

  it('reports all mistakes of the options together', async () => {
    await workspace.buildImage('app', 'hello');
    const results = await publish({ options: { registries: ['onne'], tags: ['lates'], release: 'banana' } });
    for (const part of ['onne', 'lates', 'banana']) expect(textOf(results)).toContain(part);
    const report = JSON.parse(readFileSync(join(workspace.root, 'dist/images/app/report.json'), 'utf8'));
    expect(report).toMatchObject({ project: 'app', outcome: 'failed', reason: expect.stringContaining('lates') });
  });

  it('says that a project has no image yet and how to build it', async () => {
    expect(textOf(await publish())).toContain('nx run app:image');
  });

  it('names what it looked at when a login is refused, and never the secret', async () => {
    await workspace.buildImage('app', 'hello');
    workspace.write(
      'registries.yaml',
      `registries:\n  other: { host: '${other.host}', auth: { username: robot, password: '\${WRONG}' } }\n`,
    );
    const context = await contextFor(['app:publish'], 'wrong', { WRONG: 'hunter2-secret' });
    const results = await publishTasks([{ taskId: 'app:publish', project: 'app', projectRoot: '.', options: {} }], context);
    expect(success(results)).toEqual([false]);
    expect(textOf(results)).toContain(other.host);
    expect(textOf(results)).not.toContain('hunter2-secret');
  });
});
