import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

import { openLayout } from '@nx-oci/layout';
import { digestOf, formatPlatform, parseImageConfig, parseIndex, parseManifest, type Descriptor, type Digest } from '@nx-oci/model';
import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { createBaseOpener, type BaseOpener } from '../../build/open-base';
import { createBuildxTool } from '../buildx/buildx-tool';
import type { BuildJob } from '../image/engine';
import { imageFolder, readImageRecord, type ImageRecord } from '../image/image-record';
import type { DockerfileOptions } from '../options/dockerfile-options';
import { createDockerfileEngine, type DockerfileEngineRun } from './dockerfile-engine';

const BOTH = ['linux/amd64', 'linux/arm64'];

let root: string;
let bases: BaseOpener;
let engine: DockerfileEngineRun;
let lines: string[];

const start = async (surroundings: (folder: string) => NodeJS.ProcessEnv): Promise<void> => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-buildx-spec-'));
  await mkdir(join(root, 'tmp'));
  const env = { PATH: process.env.PATH, HOME: root, TMPDIR: join(root, 'tmp'), ...surroundings(join(root, 'docker')) };
  lines = [];
  bases = createBaseOpener({ workspaceRoot: root, env });
  const { openRepository } = bases;
  const settings = { env, workspaceRoot: root, openRepository, layerCache: join(root, '.layers') };
  engine = createDockerfileEngine({ ...settings, makeTool: createBuildxTool });
};

const stop = async (): Promise<void> => {
  await Promise.all([engine.close(), bases.close()]);
  expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  await rm(root, { recursive: true, force: true });
};

const job = (project = 'api'): BuildJob => ({
  project,
  workspaceRoot: root,
  folder: imageFolder(root, project),
  print: (line) => lines.push(line),
});

const writeProject = async (dockerfile: string, more: Partial<DockerfileOptions> = {}): Promise<DockerfileOptions> => {
  const context = join(root, 'api');
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'content.txt'), root);
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  return { dockerfile: join(context, 'Dockerfile'), context, buildArgs: {}, secrets: [], labels: {}, noCache: false, ...more };
};

/** The images of a layout, by their platforms. */
const readImages = async ({ project, output: { manifest } }: ImageRecord) => {
  const layout = await openLayout(imageFolder(root, project));
  const bytes = await layout.readDocument(manifest);
  const entries = manifest.mediaType.includes('index') ? parseIndex(bytes).manifests : [manifest];
  const images = entries.map(async (entry) => {
    const { layers, config: described } = parseManifest(await layout.readDocument(entry), entry.mediaType);
    const config = parseImageConfig(await layout.readDocument(described));
    return [formatPlatform(config), { entry, layers, config, labels: config.config?.Labels }] as const;
  });
  return new Map(await Promise.all(images));
};

const blobFile = ({ digest }: Descriptor, project = 'api') => join(imageFolder(root, project), 'blobs', digest.replace(':', '/'));

describeWith(['buildkit', 'buildx', 'distribution-3', 'crane'], 'a remote BuildKit', (things) => {
  const registry = things.server('distribution-3').host;

  beforeEach(() => start((folder) => makeBuilders(things, folder, { far: [{ server: things.server('buildkit') }] })));
  afterEach(stop);

  /** An image for both platforms in the registry. */
  const pushBase = async (): Promise<string> => {
    const name = `${registry}/specs/base-${root.slice(-6).toLowerCase()}:1`;
    await engine.build(
      await writeProject('FROM scratch\nLABEL other=base\nCOPY content.txt /base\n', { builder: 'far', platforms: BOTH }),
      job('base'),
    );
    execFileSync(things.tool('crane'), ['push', '--insecure', imageFolder(root, 'base'), name], { stdio: 'pipe' });
    return name;
  };

  it('builds a Dockerfile into a layout of its own, without attestations', async () => {
    const { record } = await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n', { builder: 'far' }), job());
    expect(record).toMatchObject({ engine: 'buildx', platforms: ['linux/amd64'], output: { imageId: expect.any(String) } });
    expect(record.output.name).toBeUndefined();
    expect(await readImageRecord(imageFolder(root, 'api'))).toEqual(record);
    expect(readdirSync(imageFolder(root, 'api')).sort()).toEqual(['blobs', 'image.json', 'index.json', 'oci-layout']);
    const [image] = (await readImages(record)).values();
    expect(image?.labels).toEqual({ 'dev.nx-oci.project': 'api', 'dev.nx-oci.build': record.build });
    expect(image?.layers.map((layer) => existsSync(blobFile(layer)))).toEqual([true]);
  });

  it('makes an index of several platforms, in the order of the option, over the images of each platform alone', async () => {
    const dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY content.txt /$TARGETARCH\nCOPY content.txt /same\n';
    const platforms = ['linux/arm64', 'linux/amd64'];
    const { record } = await engine.build(await writeProject(dockerfile, { builder: 'far', platforms }), job());
    expect(record.platforms).toEqual(platforms);
    const images = await readImages(record);
    expect([...images.keys()]).toEqual(platforms);
    for (const platform of platforms) {
      const alone = await engine.build(await writeProject(dockerfile, { builder: 'far', platform }), job());
      expect(alone.record.build).toBe(images.get(platform)?.labels?.['dev.nx-oci.build']);
      expect(alone.record.build).not.toBe(record.build);
    }
  });

  it('names the layers of the base of each platform, as the builder took it, without storing them', async () => {
    const base = await pushBase();
    const options = await writeProject(`FROM ${base} AS first\nFROM first\nCOPY content.txt /\n`, { builder: 'far', platforms: BOTH });
    const { record } = await engine.build(options, job());
    const published = JSON.parse(execFileSync(things.tool('crane'), ['manifest', '--insecure', base], { encoding: 'utf8' })) as {
      readonly manifests: readonly Descriptor[];
    };
    const images = [...(await readImages(record)).values()];
    expect(record.output.base).toMatchObject({ reference: base, registry, digests: published.manifests.map(({ digest }) => digest) });
    expect(images.map(({ layers }) => layers.map((layer) => existsSync(blobFile(layer))))).toEqual([
      [false, true],
      [false, true],
    ]);
    expect(images[0]?.labels).toEqual({ other: 'base', 'dev.nx-oci.project': 'api', 'dev.nx-oci.build': expect.any(String) });
  });

  it('knows the digest of the base that the builder took', async () => {
    const base = await pushBase();
    const dockerfile = `FROM ${base}\nCOPY content.txt /\n`;
    const tool = createBuildxTool({ env: { ...process.env, ...dockerConfig() }, workspaceRoot: root });
    const options = await writeProject(dockerfile, { builder: 'far' });
    const scratch = await mkdtemp(join(root, 'scratch-'));
    const local = await tool.build({ project: 'api', options, labels: {}, name: '', scratch, print: () => undefined });
    const digest = execFileSync(things.tool('crane'), ['digest', '--insecure', base], { encoding: 'utf8' }).trim();
    expect(await local.lookUpBase?.(base)).toBe(digest);
    expect(await local.lookUpBase?.(`${base}0`)).toBeUndefined();
  });

  it('leaves the layers of the base where they are, and fetches one after all that is needed', async () => {
    const base = await pushBase();
    const options = await writeProject(`FROM ${base}\nCOPY content.txt /\n`, { builder: 'far' });
    const tool = createBuildxTool({ env: { ...process.env, ...dockerConfig() }, workspaceRoot: root });
    const build = async (name: string, baseLayers: readonly Digest[]) => {
      const scratch = join(root, name);
      await mkdir(scratch);
      const local = await tool.build({ project: 'api', options, labels: {}, name: '', scratch, baseLayers, print: () => undefined });
      const [image] = await local.save(scratch);
      return { id: local.id, layers: image?.layers ?? [], folder: join(scratch, 'layout-0/blobs') };
    };
    const whole = await build('whole', []);
    const digests = whole.layers.map(({ descriptor }) => descriptor?.digest ?? digestOf(''));
    const sparse = await build('sparse', digests);
    expect(sparse.id).toBe(whole.id);
    for (const digest of digests) expect(statSync(join(sparse.folder, digest.replace(':', '/'))).size).toBe(0);
    const contents = sparse.layers.map(async (layer) => digestOf(await buffer(await layer.open())));
    expect(await Promise.all(contents)).toEqual(digests);
  });

  it('passes texts on as they are written, even those that bake would read as variables', async () => {
    const texts = { a: '${HOME} %{if true}', b: '$${x} %%{y}', c: '$HOME "quoted" \\ \n ü', '${d}': 'name' };
    const options = await writeProject('FROM scratch\nARG V\nLABEL v=$V\nCOPY content.txt /\n', {
      builder: 'far',
      labels: texts,
      buildArgs: { V: '${a}', W: undefined },
    });
    const [image] = (await readImages((await engine.build(options, job())).record)).values();
    expect(image?.labels).toMatchObject({ ...texts, v: '${a}' });
  });

  it('exports an unchanged image to the same bytes, and reads a secret of a file', async () => {
    const dockerfile = 'FROM scratch\nCOPY content.txt /\n';
    await writeFile(join(root, 'a,"b'), 'hidden');
    const options = await writeProject(dockerfile, { builder: 'far', secrets: [{ id: 'npmrc', src: join(root, 'a,"b') }] });
    const first = await engine.build(options, job());
    expect((await engine.build(options, job())).record).toEqual(first.record);
  });

  it("shows the builder's output when a step fails, and leaves no record", async () => {
    await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n', { builder: 'far' }), job());
    const options = await writeProject('FROM scratch\nCOPY no-such-file /\n', { builder: 'far' });
    await expect(engine.build(options, job())).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('no-such-file'),
      hint: expect.stringContaining('fix api/Dockerfile'),
    });
    expect(lines.join('\n')).toContain('COPY no-such-file');
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('is told apart from one that does not exist', async () => {
    const building = engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n', { builder: 'fat' }), job());
    await expect(building).rejects.toMatchObject({ message: expect.stringContaining('there is no builder "fat"') });
  });

  const dockerConfig = () => ({ DOCKER_CONFIG: join(root, 'docker'), BUILDX_CONFIG: join(root, 'docker/buildx') });
});

describeWith(['buildkit', 'buildkit-2', 'buildx', 'busybox'], 'a builder of two BuildKits, one for each platform', (things) => {
  beforeEach(() =>
    start((folder) =>
      makeBuilders(things, folder, {
        pair: [
          { server: things.server('buildkit'), platforms: ['linux/amd64'] },
          { server: things.server('buildkit-2'), platforms: ['linux/arm64'] },
        ],
      }),
    ),
  );
  afterEach(stop);

  it('makes one index of what both of them built', async () => {
    const dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY content.txt /$TARGETARCH\n';
    const { record } = await engine.build(await writeProject(dockerfile, { builder: 'pair', platforms: BOTH }), job());
    const images = await readImages(record);
    expect([...images.keys()]).toEqual(BOTH);
    expect(new Set([...images.values()].map(({ layers }) => layers[0]?.digest)).size).toBe(2);
  });

  it('leaves nothing behind when it is stopped in the middle, not even a running step', async () => {
    const options = await writeProject('FROM scratch\nCOPY content.txt /\n', { builder: 'pair' });
    await engine.build(options, job());
    await copyFile(things.tool('busybox'), join(options.context, 'busybox'));
    await writeFile(options.dockerfile, `FROM scratch\nCOPY busybox /bin/sh\nRUN --network=none sleep ${DURATION}\n`);
    const building = engine.build(options, job());
    const outcome = expect(building).rejects.toMatchObject({ code: 'ABORTED' });
    await waitFor(() => runningSteps() > 0);
    await engine.close();
    await outcome;
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    await waitFor(() => runningSteps() === 0);
  });
});

describeWith(['buildkit-program', 'runc', 'buildx', 'busybox'], 'a BuildKit that is killed in the middle', (things) => {
  const servers: ChildProcess[] = [];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-buildkitd-'));
  });
  afterEach(async () => {
    await stop();
    await Promise.all(servers.splice(0).map(kill));
    // A killed server leaves the file systems of its steps.
    const mounts = readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    for (const mount of mounts.filter((path) => path.startsWith(folder)).reverse()) execFileSync('umount', ['--lazy', mount]);
    await rm(folder, { recursive: true, force: true });
  });

  const kill = async (server: ChildProcess): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };

  /** Starts one without TLS, with the same data each time. */
  const startServer = async (port = 0): Promise<string> => {
    const config = [
      `root = "${folder}/data"`,
      `[grpc]\naddress = ["tcp://127.0.0.1:${port}"]`,
      `[otel]\nsocketPath = "${folder}/otel.sock"`,
      `[worker.oci]\nbinary = "${things.tool('runc')}"\ngc = false`,
      '[worker.containerd]\nenabled = false',
    ];
    await writeFile(join(folder, 'config.toml'), config.join('\n'));
    const env = { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' };
    const server = spawn(things.tool('buildkit-program'), ['--config', join(folder, 'config.toml')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    servers.push(server);
    return new Promise((resolve, reject) => {
      createInterface(server.stderr).on('line', (line) => {
        const [, host] = /running server on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
        if (host !== undefined) resolve(host);
      });
      server.once('exit', () => reject(new Error('it did not start')));
    });
  };

  it('fails the build as a builder that does not answer, and the next build works', async () => {
    const host = await startServer();
    await start((docker) => {
      const config = makeBuilders(things, docker, {});
      execFileSync('docker', ['buildx', 'create', '--name=mine', '--driver=remote', `tcp://${host}`], {
        env: { PATH: process.env['PATH'], HOME: docker, ...config },
        stdio: 'pipe',
      });
      return config;
    });
    const options = await writeProject(`FROM scratch\nCOPY busybox /bin/sh\nRUN --network=none sleep ${DURATION}\n`, { builder: 'mine' });
    await copyFile(things.tool('busybox'), join(options.context, 'busybox'));
    const outcome = expect(engine.build(options, job())).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('the builder "mine" does not answer'),
    });
    await waitFor(() => runningSteps() > 0);
    await Promise.all(servers.splice(0).map(kill));
    await outcome;
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    endSteps();
    await startServer(Number(host.split(':')[1]));
    await writeFile(options.dockerfile, 'FROM scratch\nCOPY content.txt /\n');
    expect((await engine.build(options, job())).record.platforms).toEqual(['linux/amd64']);
  });
});

// Finds our steps among the processes of the machine.
const DURATION = 100_000 + (process.pid % 100_000);

function stepPids(): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words[0]?.endsWith('sleep') === true && words[1] === String(DURATION) ? [Number(name)] : [];
    } catch {
      // Not a process, or it ended.
      return [];
    }
  });
}

function runningSteps(): number {
  return stepPids().length;
}

function endSteps(): void {
  for (const pid of stepPids()) process.kill(pid, 'SIGKILL');
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setTimeout(50);
}

describe('without the buildx plugin', () => {
  afterEach(stop);

  it('says how to install it', async () => {
    await start(() => ({ DOCKER_CONFIG: '/nowhere' }));
    const building = engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n', { builder: 'far' }), job());
    await expect(building).rejects.toMatchObject({ code: 'ENGINE_MISSING', hint: expect.stringContaining('docker-buildx-plugin') });
  });
});

describeWith(['docker', 'buildx'], "Docker's own builder with the classic store", (things) => {
  afterEach(stop);

  it('is refused with the ways out, since it cannot export', async () => {
    await start((folder) => ({ DOCKER_HOST: things.server('docker').dockerHost, ...makeBuilders(things, folder, {}) }));
    await expect(engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job())).rejects.toMatchObject({
      message: expect.stringContaining('cannot export images with its classic image store'),
      hint: expect.stringContaining('docker buildx create'),
    });
  });
});

describeWith(['docker-containerd', 'buildx'], "Docker's own builder with the containerd store", (things) => {
  afterEach(stop);

  it('builds for several platforms', async () => {
    await start((folder) => ({ DOCKER_HOST: things.server('docker-containerd').dockerHost, ...makeBuilders(things, folder, {}) }));
    const { record } = await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n', { platforms: BOTH }), job());
    expect([...(await readImages(record)).keys()]).toEqual(BOTH);
  });
});
