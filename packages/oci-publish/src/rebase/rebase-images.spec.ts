import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OciError, parseImageConfig } from '@nx-oci/model';
import { describeWith } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { loadRegistries } from '../configuration/registries';
import { repositoryOf } from '../configuration/repository-of';
import { memorizeManifests } from '../connection/memory/memorize-manifests';
import { RegistryMemory } from '../connection/memory/registry-memory';
import { openConnection } from '../connection/open-connection';
import { readGitFacts } from '../git/read-git-facts';
import { planUnbuiltImage } from '../publish/image/unbuilt-image';
import { nameImage } from '../publish/plan/prepare-image';
import { normalizeTask } from '../publish/task/normalize-task';
import { describeRequests, makePublishing, tally, type BuildOptions, type Publishing } from '../publish/testing/publishing';
import { rebaseImages, type RebaseResult } from './rebase-images';
import { type RebaseContext } from './rebase-context';
import { renderRebase, reportRebase } from './rebase-report';

interface FoundManifest {
  readonly digest: string;
  readonly manifests?: readonly { readonly digest: string; readonly platform: { readonly architecture: string } }[];
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
  readonly annotations: Readonly<Record<string, string>>;
}

const TAGS = ['sha', 'latest'];

describe('a rebase', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let base: Publishing;

  const start = async (guard = true): Promise<void> => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}', guard: ${guard} }`);
    base = makePublishing(`{ host: '${registry.host}' }`);
    await publishBase({ changed: [0] });
  };
  afterEach(async () => {
    publishing.workspace.remove();
    base.workspace.remove();
    await registry.close();
  });

  const publishBase = async (options: BuildOptions): Promise<void> => {
    await base.build('base', { layers: 1, ...options });
    await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
  };
  const build = (project = 'app', options: BuildOptions = {}): Promise<void> =>
    publishing.build(project, { layers: 2, base: `${registry.host}/base:stable`, ...options });
  const publish = async (...projects: readonly string[]): Promise<void> => {
    const results = await publishing.publish({ projects: projects.length === 0 ? ['app'] : projects, options: { tags: [...TAGS] } });
    expect([...results.values()].filter(({ success }) => !success)).toEqual([]);
  };
  const look = (tag: string, repository = 'app'): Promise<FoundManifest> => lookAt(registry.host, repository, tag);
  const shaTag = (): string => publishing.workspace.git('rev-parse', '--short=7', 'HEAD');

  const rebase = (projects: readonly string[] = ['app'], more: Partial<RebaseContext> = {}): Promise<RebaseResult> =>
    rebaseIn(publishing, projects, more);

  it('moves the floating tags to the layers of the image on the new base, and leaves the name of its commit alone', async () => {
    await start();
    await build();
    await publish();
    const before = await look('latest');
    expect((await rebase()).rebased).toEqual([]);
    await publishBase({ changed: [0] });
    const newBase = await look('stable', 'base');
    const result = await rebase();
    const after = await look('latest');
    expect(await look(shaTag())).toEqual(before);
    expect(after.layers.map(({ digest }) => digest)).toEqual([...newBase.layers, ...before.layers.slice(1)].map(({ digest }) => digest));
    expect(after.annotations).toMatchObject({
      'org.opencontainers.image.base.digest': newBase.digest,
      'org.opencontainers.image.revision': before.annotations['org.opencontainers.image.revision'],
      'dev.nx-oci.base.updates': '1',
    });
    const report = reportRebase(result);
    expect(report).toMatchObject({
      images: [{ project: 'app', digest: after.digest, from: before.digest, tags: [{ tag: 'latest', outcome: 'set' }] }],
      left: [],
    });
    expect(renderRebase(report, false)).toContain('1 image put on its new base.');
    expect((await rebase()).rebased).toEqual([]);
  });

  it('needs no build and no byte of a layer, in at most six requests beside those of the base', async () => {
    await start(false);
    await build();
    await publish();
    await publishBase({ changed: [0] });
    registry.log.clear();
    const { rebased } = await rebase();
    const requests = registry.log.entries();
    const ofImage = requests.filter(({ path }) => path.includes('/app/'));
    expect(tally(describeRequests(ofImage))).toEqual({
      // Again right before the tag moves.
      'GET manifest': 2,
      'GET blob': 1,
      'POST upload': 2,
      'PUT manifest': 1,
    });
    expect(tally(describeRequests(requests.filter(({ path }) => path.includes('/base/'))))).toEqual({ 'GET manifest': 1, 'GET blob': 1 });
    // Its config; the layer of the base is mounted.
    const { uploaded, mounted, present } = rebased[0]?.sent ?? {};
    expect(uploaded?.bytes).toBeLessThan(8000);
    expect({ mounted: mounted?.count, present: present?.count }).toEqual({ mounted: 1, present: 2 });
  });

  it('makes what a build on the new base makes', async () => {
    await start();
    await build();
    await publish();
    await publishBase({ changed: [0] });
    await rebase();
    const rebased = await look('latest');
    await build();
    await publish();
    const built = await look('latest');
    expect(built.layers).toEqual(rebased.layers);
    const [one, other] = [await configOf(registry.host, rebased), await configOf(registry.host, built)];
    const ignored = { config: { Labels: expect.anything() } };
    expect({ ...one, config: { ...one.config, ...ignored.config } }).toEqual({ ...other, config: { ...other.config, ...ignored.config } });
  });

  it('is not undone by a later publish of that commit, and gives way to the next commit', async () => {
    await start();
    await build();
    await publish();
    await publishBase({ changed: [0] });
    await rebase();
    const rebased = await look('latest');
    await publish();
    expect(await look('latest')).toEqual(rebased);
    publishing.workspace.commit('next');
    await publish();
    expect((await look('latest')).digest).not.toBe(rebased.digest);
    await publishBase({ changed: [0] });
    await rebase();
    await publishBase({ changed: [0] });
    await rebase();
    expect((await look('latest')).annotations).toMatchObject({ 'dev.nx-oci.base.updates': '2' });
  });

  it('puts the image of each platform on the base for it', async () => {
    await start();
    const platform = ['linux/amd64', 'linux/arm64'];
    await publishBase({ changed: [0], platform });
    await build('app', { platform });
    await publish();
    const before = await look('latest');
    await publishBase({ changed: [0], platform });
    await rebase();
    const [after, newBase] = [await look('latest'), await look('stable', 'base')];
    expect(after.manifests?.map((entry) => entry.platform.architecture)).toEqual(['amd64', 'arm64']);
    expect(after.annotations).toMatchObject({ 'dev.nx-oci.base.updates': '1' });
    for (const [index, entry] of (after.manifests ?? []).entries()) {
      const image = await look(entry.digest);
      expect(image.annotations).toMatchObject({ 'org.opencontainers.image.base.digest': newBase.manifests?.[index]?.digest });
      const own = await look(before.manifests?.[index]?.digest ?? '');
      expect(image.layers.slice(1)).toEqual(own.layers.slice(1));
    }
    expect((await rebase()).rebased).toEqual([]);
  });

  it('tests images before a tag moves, and moves none if one of them fails', async () => {
    await start();
    await build();
    await build('web');
    await publish('app', 'web');
    const before = [await look('latest'), await look('latest', 'web')];
    await publishBase({ changed: [0] });
    registry.log.clear();
    const tested: string[] = [];
    const test: RebaseContext['test'] = ({ project }) => {
      tested.push(project);
      return project === 'web' ? Promise.reject(new OciError('IMAGE_FAULTY', 'It does not start.')) : Promise.resolve();
    };
    await expect(rebase(['app', 'web'], { test })).rejects.toMatchObject({ code: 'IMAGE_FAULTY' });
    expect(tested.sort()).toEqual(['app', 'web']);
    expect([await look('latest'), await look('latest', 'web')]).toEqual(before);
    expect(registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it.each([true, false])('leaves a tag that a publish of a later commit has moved meanwhile (guard: %s), and says so', async (guard) => {
    await start(guard);
    await build();
    await publish();
    await publishBase({ changed: [0] });
    let later = '';
    const test = async (): Promise<void> => {
      publishing.workspace.commit('next');
      await build('app', { changed: [1] });
      await publish();
      later = (await look('latest')).digest;
    };
    const report = reportRebase(await rebase(['app'], { test }));
    expect((await look('latest')).digest).toBe(later);
    expect(report.images).toMatchObject([{ tags: [{ tag: 'latest', outcome: 'held' }] }]);
    expect(renderRebase(report, false)).toContain('No image to put on a new base.');
  });

  it('leaves an image whose base lost a platform, or that another tool changed, and renews the others', async () => {
    await start();
    const platform = ['linux/amd64', 'linux/arm64'];
    await publishBase({ changed: [0], platform });
    await build('app', { platform });
    await build('changed');
    await build('web');
    await publish('app', 'changed', 'web');
    const { digest: _digest, ...document } = await look('latest', 'changed');
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const body = JSON.stringify({ ...document, layers: document.layers.slice(1) });
    await fetch(`http://${registry.host}/v2/changed/manifests/latest`, { method: 'PUT', headers, body });
    await publishBase({ changed: [0] });
    const { rebased, left } = await rebase(['app', 'changed', 'web']);
    expect(rebased.map(({ named }) => named.task.project)).toEqual(['web']);
    expect(left).toMatchObject([
      { project: 'app', kind: 'rebuild', why: expect.stringContaining('does not support linux/arm64. It supports linux/amd64') },
      { project: 'changed', kind: 'rebuild', why: expect.stringContaining('Another tool has changed the image') },
    ]);
  });

  it('leaves an image on an image of the workspace, and does not take it for one of a Dockerfile', async () => {
    await start();
    await publishing.build('tools', { layers: 1, changed: [0] });
    await publishing.build('app', { layers: 2, base: `${registry.host}/tools:latest`, baseProject: 'tools' });
    await publish('tools', 'app');
    publishing.workspace.commit('next');
    await publishing.build('tools', { layers: 1, changed: [0] });
    await publish('tools');
    expect((await rebase()).left).toMatchObject([
      { project: 'app', kind: 'rebuild', why: expect.stringContaining('on an image of the workspace') },
    ]);
  });

  it.each([['linux/amd64'], [['linux/amd64', 'linux/arm64']]])(
    'lets images on an image of the workspace follow, when they are built and published again (%s)',
    async (platform) => {
      await start();
      await publishBase({ changed: [0], platform });
      const buildAll = async (): Promise<void> => {
        await build('os', { platform });
        await build('app', { layers: 1, base: `${registry.host}/os:latest`, baseProject: 'os', platform });
        await build('top', { layers: 1, base: `${registry.host}/app`, baseProject: 'app', platform });
      };
      await buildAll();
      await publish('os', 'app', 'top');
      const before = await look('latest');
      await publishBase({ changed: [0], platform });
      expect((await rebase(['os'])).rebased).toHaveLength(1);
      await buildAll();
      await publish('app', 'top');
      const [os, app, top] = [await look('latest', 'os'), await look('latest'), await look('latest', 'top')];
      expect(app.digest).not.toBe(before.digest);
      for (const { digest } of os.manifests ?? [os]) expect(JSON.stringify(app.annotations)).toContain(digest);
      for (const { digest } of app.manifests ?? [app]) expect(JSON.stringify(top.annotations)).toContain(digest);
    },
  );

  it('changes nothing in a dry run', async () => {
    await start();
    await build();
    await publish();
    await publishBase({ changed: [0] });
    registry.log.clear();
    const result = await rebase(['app'], { isDryRun: true });
    expect(renderRebase(reportRebase(result), true)).toContain('1 image would be put on its new base.');
    expect(registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('says which images it leaves: those of Dockerfiles, and those whose base cannot be looked up', async () => {
    await start();
    await build();
    await publish();
    const found = await look('latest');
    const { 'dev.nx-oci.own': _own, ...annotations } = found.annotations;
    const { digest: _digest, ...document } = found;
    const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
    const body = JSON.stringify({ ...document, annotations });
    await fetch(`http://${registry.host}/v2/app/manifests/latest`, { method: 'PUT', headers, body });
    await publishBase({ changed: [0] });
    expect((await rebase()).left).toMatchObject([{ project: 'app', kind: 'rebuild' }]);
    registry.faults.add({ path: /\/v2\/base\/manifests\/stable/, times: Infinity, answer: { status: 403 } });
    const { left, rebased } = await rebase();
    expect({ left, rebased }).toMatchObject({ left: [{ project: 'app', kind: 'unknown' }], rebased: [] });
  });
});

describeWith(['distribution-3', 'crane', 'docker', 'busybox'], 'a rebase on distribution 3', (things) => {
  it('gives an image that crane validates and Docker runs', async () => {
    const { host } = things.server('distribution-3');
    const name = `rebase-${process.pid}-${Date.now()}`;
    const publishing = makePublishing(`{ host: '${host}', namespace: ${name} }`);
    const base = makePublishing(`{ host: '${host}', namespace: ${name} }`);
    const crane = (...args: readonly string[]) => execFileSync(things.tool('crane'), [...args, '--insecure'], { encoding: 'utf8' });
    const program = join(base.workspace.root, 'dist/layers/base/2/busybox');
    const publishBase = async (): Promise<void> => {
      await base.build('base', { layers: 3, changed: [0] });
      // A program that only the base has, as /2/busybox.
      copyFileSync(things.tool('busybox'), program);
      chmodSync(program, 0o755);
      await base.build('base', { layers: 3 });
      await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
    };
    try {
      await publishBase();
      await publishing.build('app', { layers: 2, base: `${host}/${name}/base:stable` });
      await publishing.publish({ options: { tags: [...TAGS] } });
      await publishBase();
      const { rebased } = await rebaseIn(publishing, ['app']);
      const image = `${host}/${name}/app:latest`;
      expect(crane('validate', '--remote', image)).toContain('PASS');
      expect(crane('digest', image).trim()).toBe(rebased[0]?.root.descriptor.digest);
      const env = { ...process.env, DOCKER_HOST: things.server('docker').dockerHost };
      const docker = (...args: readonly string[]) => execFileSync('docker', args, { env, encoding: 'utf8' });
      docker('pull', '-q', image);
      const own = createHash('sha256')
        .update(readFileSync(join(publishing.workspace.root, 'dist/layers/app/1/data')))
        .digest('hex');
      expect(docker('run', '--rm', '--network=none', image, '/2/busybox', 'sha256sum', '/1/data')).toContain(own);
      docker('rmi', image);
    } finally {
      publishing.workspace.remove();
      base.workspace.remove();
    }
  });
});

async function rebaseIn(
  { workspace: { root } }: Publishing,
  projects: readonly string[],
  more: Partial<RebaseContext> = {},
): Promise<RebaseResult> {
  const registries = await loadRegistries(root, {});
  const entries = registries.select(registries.names);
  const memory = await RegistryMemory.open([], { folder: `${root}/cache/hints` });
  const connection = await openConnection({ entries, env: {}, memory });
  const git = readGitFacts({ folder: root, env: {} });
  try {
    const named = projects.map((project) => {
      const options = { tags: [...TAGS] };
      const task = normalizeTask({ taskId: `${project}:publish`, project, projectRoot: '.', options }, registries, {});
      const destinations = entries.map((entry) => ({
        entry,
        repository: memorizeManifests(connection.client.repository(repositoryOf(entry, task.image))),
      }));
      const opened = { task, folder: '', built: planUnbuiltImage(project), destinations };
      return nameImage(opened, { workspaceRoot: root, env: {}, git, changesOf: () => [], nowMs: Date.now() });
    });
    return await rebaseImages(await Promise.all(named), {
      workspaceRoot: root,
      client: connection.client,
      memory,
      registries,
      isDryRun: false,
      test: () => Promise.resolve(),
      print: () => undefined,
      ...more,
    });
  } finally {
    await connection.close();
  }
}

async function lookAt(host: string, repository: string, tag: string): Promise<FoundManifest> {
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`);
  const found = (await answer.json()) as Omit<FoundManifest, 'digest'>;
  return { ...found, digest: answer.headers.get('docker-content-digest') ?? '' };
}

async function configOf(host: string, { config }: FoundManifest) {
  const answer = await fetch(`http://${host}/v2/app/blobs/${config.digest}`);
  return parseImageConfig(Buffer.from(await answer.arrayBuffer()));
}
