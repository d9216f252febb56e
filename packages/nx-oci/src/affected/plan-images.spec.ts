import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type ProjectConfiguration } from '@nx/devkit';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import { findReleasePatterns, loadRegistries, openConnection, readGitFacts } from '@nx-oci/publish';
import { makePublishing, type Publishing } from '@nx-oci/publish/testing';

import { describeReason } from './describe-reason';
import { type ImageStatus } from './plan-schema';
import { planImages } from './plan-images';
import { type WorkspaceGraph } from '../image-inputs/workspace-graph';

describe('a plan of all images of a workspace', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', namespace: team }`);
    publishing.workspace.write('.gitignore', 'dist\ncache\n.nx\nnode_modules\n');
    for (const file of ['app/main.ts', 'web/main.ts', 'lib/index.ts', 'nx.json', 'README.md']) write(file);
    publishing.workspace.commit('three projects');
  });
  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const write = (file: string): void => publishing.workspace.write(file, `${Math.random()}`);
  const commit = (...files: readonly string[]): string => {
    files.forEach(write);
    return publishing.workspace.commit(files.join());
  };
  const target = (tags: unknown) => ({ executor: 'nx-oci:publish', options: { tags } });
  const projects = (tags: unknown): Record<string, ProjectConfiguration> => ({
    app: { root: 'app', targets: { publish: target(tags) } },
    web: { root: 'web', targets: { publish: target(tags) } },
    lib: { root: 'lib' },
  });

  /** The reasons of each image: `app: files changed: app/main.ts`. */
  async function plan(tags: unknown = ['sha', 'latest'], options: object = {}): Promise<readonly string[]> {
    const statuses = await statusesOf(tags, options);
    return statuses.map(({ project, outcome, reasons, text = '', notice }) =>
      [`${project}:`, ...(outcome === 'publish' ? [] : [outcome]), reasons.map(describeReason).join('; ') || text.split('\n', 1)[0], notice]
        .join(' ')
        .trim(),
    );
  }

  async function statusesOf(tags: unknown = ['sha', 'latest'], options: object = {}): Promise<readonly ImageStatus[]> {
    const { root } = publishing.workspace;
    const registries = await loadRegistries(root, {});
    const connection = await openConnection({ entries: registries.select(registries.names), env: {} });
    const graph: WorkspaceGraph = { projects: projects(tags), dependencies: { app: ['lib'] }, nxJson: {} };
    const statuses = await planImages(
      ['app', 'web'].map((project) => ({
        taskId: `${project}:publish`,
        project,
        target: 'publish',
        projectRoot: project,
        options: { tags: tags as string[], ...options },
      })),
      {
        workspaceRoot: root,
        env: {},
        git: await readGitFacts({ folder: root, env: {} }),
        graph,
        registries,
        connection,
        releasePatternsOf: (name) => findReleasePatterns({ name, root: name }, undefined),
        nowMs: Date.now(),
      },
    );
    await connection.client.close();
    return statuses;
  }

  async function publish(projectsToPublish: readonly string[], tags: readonly string[] = ['sha', 'latest']): Promise<void> {
    for (const project of projectsToPublish) await publishing.build(project, { layers: 1 });
    const results = await publishing.publish({ projects: projectsToPublish, options: { tags } });
    expect([...results.values()].map(({ success }) => success)).toEqual(projectsToPublish.map(() => true));
  }

  it('contains all images that no registry has', async () => {
    expect(await plan()).toEqual(['app: not in one yet', 'web: not in one yet']);
  });

  it('is empty if everything is published, even by a commit without changes of the images', async () => {
    await publish(['app', 'web']);
    expect(await plan()).toEqual(['app: upToDate', 'web: upToDate']);
    commit('README.md');
    expect(await plan()).toEqual(['app: upToDate', 'web: upToDate']);
  });

  it('lists what changed since each image was published, committed or not', async () => {
    await publish(['app', 'web']);
    commit('lib/index.ts');
    write('web/main.ts');
    expect(await plan()).toEqual(['app: dependency changed: lib', 'web: files changed: web/main.ts']);
    commit('nx.json');
    expect(await plan()).toEqual([
      'app: dependency changed: lib; workspace changed: nx.json',
      'web: files changed: web/main.ts; workspace changed: nx.json',
    ]);
  });

  it('contains the images that an incomplete run left, even after other runs and commits', async () => {
    await publish(['app', 'web']);
    commit('app/main.ts', 'web/main.ts');
    await publish(['web']);
    commit('README.md');
    expect(await plan()).toEqual(['app: files changed: app/main.ts', 'web: upToDate']);
  });

  it('finds the closest commit with its own tag if no tag moves', async () => {
    await publish(['app', 'web'], ['sha']);
    commit('README.md');
    commit('web/main.ts');
    expect(await plan(['sha'])).toEqual(['app: upToDate', 'web: files changed: web/main.ts']);
    expect(await plan([{ rule: 'sha', prefix: 'git-' }])).toEqual([
      expect.stringMatching(/^app: cannot be compared: none of its tags is in this registry/),
      expect.stringMatching(/^web: cannot be compared/),
    ]);
  });

  it('compares a branch with what it published itself, else with what other branches published', async () => {
    await publish(['app', 'web']);
    publishing.workspace.git('checkout', '-qb', 'side');
    commit('app/main.ts');
    expect(await plan(['branch', 'latest'])).toEqual(['app: files changed: app/main.ts', 'web: upToDate']);
    await publish(['app'], ['branch', 'latest']);
    expect(await plan(['branch', 'latest'])).toEqual(['app: upToDate', 'web: upToDate']);
  });

  it('contains an image that a branch published and then reverted', async () => {
    await publish(['app', 'web']);
    const before = publishing.workspace.git('rev-parse', 'HEAD');
    commit('app/main.ts');
    await publish(['app']);
    publishing.workspace.git('reset', '-q', '--hard', before);
    expect(await plan()).toEqual(['app: upToDate', 'web: upToDate']);
    commit('README.md');
    expect(await plan()).toEqual(['app: files changed: app/main.ts', 'web: upToDate']);
  });

  it('ignores changes of other branches since a branch left them', async () => {
    const git = (...args: string[]): string => publishing.workspace.git(...args);
    await publish(['app', 'web']);
    git('checkout', '-qb', 'side');
    commit('README.md');
    git('checkout', '-q', 'main');
    commit('app/main.ts');
    await publish(['app']);
    git('checkout', '-q', 'side');
    expect(await plan(['latest'])).toEqual(['app: upToDate', 'web: upToDate']);
  });

  it('contains an image that a branch published under its own tag and then reverted', async () => {
    const git = (...args: string[]): string => publishing.workspace.git(...args);
    git('checkout', '-qb', 'side');
    commit('app/main.ts');
    await publish(['app'], ['branch']);
    git('reset', '-q', '--hard', 'HEAD~1');
    commit('README.md');
    expect(await plan(['branch'])).toEqual(['app: files changed: app/main.ts', expect.stringMatching(/^web: /)]);
  });

  it('contains an image with incomplete tags', async () => {
    const tags = ['sha', 'edge', 'latest'];
    await publish(['app', 'web'], ['sha']);
    expect((await plan(['sha', 'latest']))[0]).toBe('app: tags not set: latest');
    await publish(['app', 'web'], tags);
    commit('app/main.ts');
    await publish(['app'], ['sha', 'edge']);
    expect(await plan(tags)).toEqual(['app: files changed: app/main.ts', 'web: upToDate']);
  });

  it('is empty for a complete release without floating tags', async () => {
    for (const project of ['app', 'web']) await publishing.build(project, { layers: 1 });
    await publishing.publish({ projects: ['app', 'web'], options: { tags: ['version'], release: '1.2.3' } });
    expect(await plan(['version'], { release: '1.2.3' })).toEqual(['app: upToDate', 'web: upToDate']);
    expect((await plan(['version', 'major'], { release: '1.2.3' }))[0]).toBe('app: tags not set: v1');
  });

  it('contains each image of a release whose exact tag is missing', async () => {
    await publish(['app', 'web']);
    const release = { release: '1.2.3' };
    expect(await plan(['version', 'latest'], release)).toEqual(['app: tags not set: v1.2.3', 'web: tags not set: v1.2.3']);
    expect(await plan(['version'])).toEqual(['app: skipped no rule gives a tag here', 'web: skipped no rule gives a tag here']);
  });

  it('reports what cannot be compared', async () => {
    await publish(['app', 'web']);
    publishing.workspace.git('checkout', '-q', '--orphan', 'elsewhere');
    commit('app/main.ts');
    publishing.workspace.git('branch', '-qD', 'main');
    publishing.workspace.git('reflog', 'expire', '--expire=now', '--all');
    publishing.workspace.git('gc', '-q', '--prune=now');
    expect(await plan()).toEqual([
      expect.stringMatching(/^app: cannot be compared: [0-9a-f]{7} is not in this clone$/),
      expect.stringMatching(/^web: cannot be compared: [0-9a-f]{7} is not in this clone$/),
    ]);
  });

  it('detects a base image that moved', async () => {
    const base = makePublishing(`{ host: '${registry.host}' }`);
    await base.build('base', { layers: 1 });
    await base.publish({ projects: ['base'], options: { tags: ['stable'] } });
    await publishing.build('app', { layers: 1, base: `${registry.host}/base:stable` });
    await publishing.publish({ projects: ['app'], options: { tags: ['latest'] } });
    expect((await plan(['latest']))[0]).toBe('app: upToDate');
    await base.build('base', { layers: 1, changed: [0] });
    await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
    expect((await plan(['latest']))[0]).toMatch(/^app: base image moved: .+\/base:stable is sha256:[0-9a-f]{12}, was sha256:/);
    base.workspace.remove();
  });

  it('sees a base image of several platforms that moved for one of the image’s, and passes over another platform', async () => {
    const platforms = ['linux/amd64', 'linux/arm64'];
    const base = makePublishing(`{ host: '${registry.host}' }`);
    const publishBase = async (more: object): Promise<void> => {
      await base.build('base', { layers: 1, ...more });
      await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
    };
    await publishBase({ platform: platforms });
    await publishing.build('app', { layers: 1, base: `${registry.host}/base:stable`, platform: platforms });
    await publishing.publish({ projects: ['app'], options: { tags: ['latest'] } });
    expect((await plan(['latest']))[0]).toBe('app: upToDate');
    await publishBase({ platform: [...platforms, 'linux/s390x'] });
    expect((await plan(['latest']))[0]).toBe('app: upToDate');
    await publishBase({ platform: platforms, changed: [0] });
    expect((await plan(['latest']))[0]).toMatch(/^app: base image moved: .+\/base:stable is sha256:[0-9a-f]{12}, was sha256:/);
    base.workspace.remove();
  });

  it('reports what fails with one image, and continues with the others', async () => {
    await publish(['app', 'web']);
    registry.faults.add({ path: /team\/app\//, times: Infinity, answer: { status: 403 } });
    expect(await plan()).toEqual([expect.stringMatching(/^app: failed Cannot .+ 403/), 'web: upToDate']);
  });

  it('requests one manifest per image, and nothing else that counts as a pull', async () => {
    await publish(['app', 'web']);
    registry.log.clear();
    await plan();
    const reads = registry.log.entries().filter(({ method, path }) => method === 'GET' && path.includes('/manifests/'));
    expect(reads.map(({ path }) => /team\/(\w+)/.exec(path)?.[1]).sort()).toEqual(['app', 'web']);
  });

  it('shows the size of each image, and the growth of a built one, without further requests', async () => {
    const [fresh] = await statusesOf();
    expect(fresh).toMatchObject({ outcome: 'publish', published: [{ registry: 'one' }] });
    expect(fresh).not.toHaveProperty('sizeBytes');
    await publish(['app', 'web']);
    expect((await statusesOf())[0]).toMatchObject({ outcome: 'upToDate', published: [{ sizeBytes: expect.any(Number) }] });
    commit('app/main.ts');
    await publishing.build('app', { layers: 2 });
    registry.log.clear();
    const [app] = await statusesOf();
    const reads = registry.log.entries().filter(({ method, path }) => method === 'GET' && /team\/app/.test(path));
    expect(reads.map(({ path }) => path.replace(/[^/]+$/, ''))).toEqual(['/v2/team/app/manifests/']);
    const [{ sizeBytes = 0, growthBytes = 0 } = {}] = app?.published ?? [];
    expect(growthBytes).toBeGreaterThan(16_000);
    await publishing.publish({ projects: ['app'] });
    const { sizeBytes: published } = JSON.parse(
      readFileSync(path.join(publishing.workspace.root, 'dist/images/app/report.json'), 'utf8'),
    ) as { sizeBytes: number };
    expect({ size: app?.sizeBytes, sum: sizeBytes + growthBytes }).toEqual({ size: published, sum: published });
  });

  it('shows the size of an image for several platforms as its report does, with one more request for each platform', async () => {
    await publishing.build('app', { layers: 2, platform: ['linux/amd64', 'linux/arm64'] });
    await publishing.publish({ projects: ['app'] });
    const report = readFileSync(path.join(publishing.workspace.root, 'dist/images/app/report.json'), 'utf8');
    const { sizeBytes } = JSON.parse(report) as { sizeBytes: number };
    registry.log.clear();
    const [app] = await statusesOf();
    expect(app?.published[0]?.sizeBytes).toBe(sizeBytes);
    expect(registry.log.entries().filter(({ method, path: url }) => method === 'GET' && url.includes('/app/manifests/'))).toHaveLength(3);
  });

  it('shows no size of an index with an image that is missing', async () => {
    await publishing.build('app', { layers: 2, platform: ['linux/amd64', 'linux/arm64'] });
    await publishing.publish({ projects: ['app'] });
    const index = (await (
      await fetch(`http://${registry.host}/v2/team/app/manifests/latest`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      })
    ).json()) as { manifests: { digest: string }[] };
    const gone = index.manifests[1]?.digest ?? '';
    registry.faults.add({ path: new RegExp(`manifests/${gone}`), times: Infinity, answer: { status: 404 } });
    const [app] = await statusesOf();
    expect(app).toMatchObject({ outcome: 'upToDate' });
    expect(app?.published[0]).not.toHaveProperty('sizeBytes');
  });

  it('does not show the size of an outdated build', async () => {
    await publish(['app', 'web']);
    await publishing.build('app', { layers: 2 });
    writeFileSync(path.join(publishing.workspace.root, 'dist/layers/app/0/data'), 'changed');
    commit('app/main.ts');
    const [app] = await statusesOf();
    expect(app).toMatchObject({ outcome: 'publish', published: [{ sizeBytes: expect.any(Number) }] });
    expect(app).not.toHaveProperty('sizeBytes');
    expect(app?.published[0]).not.toHaveProperty('growthBytes');
  });

  it('does not treat an image as unpublished if its tags could only be read in part', async () => {
    const half = { status: 200, headers: { link: '/v2/team/app/tags/list?last=old;rel=next' }, body: '{"name":"team/app","tags":["old"]}' };
    registry.faults.add({ path: /team\/app\/tags\/list/, times: Infinity, answer: half });
    const [app, web] = await plan();
    expect(app).toMatch(/^app: failed .*invalid `Link` header/);
    expect(web).toMatch(/^web: .*one/);
  });

  it('reports a git tag at HEAD that looks like a version but is not a release, as a publish does', async () => {
    publishing.workspace.git('tag', '3.59.0');
    const [app] = await plan();
    publishing.workspace.git('tag', '-d', '3.59.0');
    expect(app).toMatch(/^app: .*git tag at HEAD 3\.59\.0 is not a release: it does not match/);
  });
});
