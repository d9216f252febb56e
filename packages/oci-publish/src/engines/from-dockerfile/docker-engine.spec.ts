import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { openLayout } from '@nx-oci/layout';
import { parseImageConfig, parseManifest, type Descriptor, type Digest, type ImageConfig } from '@nx-oci/model';
import { describeWith } from '@nx-oci/model/testing';

import { createBaseOpener, type BaseOpener } from '../../build/open-base';
import { dockerCall, dockerPurpose } from '../docker/docker-call';
import { createDockerTool } from '../docker/docker-tool';
import { inspectImage } from '../docker/inspect-image';
import { createDockerfileEngine, type DockerfileEngineRun } from './dockerfile-engine';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { BuildJob } from '../image/engine';
import { imageFolder, readImageRecord, type ImageRecord } from '../image/image-record';
import { localImageName } from '../names/local-name';
import { removeFromStore } from './remove-from-store';
import { runToolOrFail } from '../tools/run-tool';

let root: string;
let env: NodeJS.ProcessEnv;
let bases: BaseOpener;
let engine: DockerfileEngineRun;
let lines: string[];

const storedImage = {
  manifest: { mediaType: '', digest: 'sha256:' as Digest, size: 0 },
  imageId: `sha256:${'0'.repeat(64)}` as Digest,
  name: 'a:b',
};

const job = (): BuildJob => ({
  project: 'api',
  workspaceRoot: root,
  folder: imageFolder(root, 'api'),
  print: (line) => lines.push(line),
});

const writeProject = async (dockerfile: string, more: Partial<DockerfileOptions> = {}): Promise<DockerfileOptions> => {
  const context = join(root, 'api');
  await mkdir(context, { recursive: true });
  await writeFile(join(context, 'content.txt'), root);
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  return { dockerfile: join(context, 'Dockerfile'), context, buildArgs: {}, secrets: [], labels: { team: 'a' }, noCache: false, ...more };
};

const start = async (surroundings: NodeJS.ProcessEnv): Promise<void> => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-docker-spec-'));
  await mkdir(join(root, 'tmp'));
  env = { PATH: process.env.PATH, HOME: root, TMPDIR: join(root, 'tmp'), ...surroundings };
  lines = [];
  bases = createBaseOpener({ workspaceRoot: root, env });
  engine = createDockerfileEngine({
    env,
    workspaceRoot: root,
    makeTool: createDockerTool,
    openRepository: bases.openRepository,
    layerCache: join(root, '.layers'),
  });
};

const stop = async (): Promise<void> => {
  await Promise.all([engine.close(), bases.close()]);
  expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
  await rm(root, { recursive: true, force: true });
};

describe('an unreachable Docker Engine', () => {
  afterEach(stop);

  it('is distinguished from a missing docker command', async () => {
    await start({ PATH: tmpdir() });
    const building = engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job());
    await expect(building).rejects.toMatchObject({ code: 'ENGINE_MISSING', hint: expect.stringContaining('native') });
  });

  it('is reported with the address that was tried', async () => {
    await start({ DOCKER_HOST: 'unix:///nowhere/none.sock' });
    const building = engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job());
    await expect(building).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('unix:///nowhere/none.sock (DOCKER_HOST)'),
    });
  });
});

it('keeps its image without an error, as in a job that only publishes', async () => {
  await start({ DOCKER_HOST: 'unix:///nowhere/none.sock' });
  expect(await removeFromStore({ env, workspaceRoot: root }, 'docker', storedImage)).toEqual({
    kind: 'kept',
    reason: 'no Docker Engine answers',
  });
  await stop();
});

describeStore('docker', 'the classic store');
describeStore('docker-containerd', 'the containerd store');

function describeStore(server: string, store: string): void {
  describeWith([server, 'distribution-3'], `Docker Engine with ${store}`, (things) => {
    const { dockerHost } = things.server(server);
    const registry = things.server('distribution-3').host;
    const ownNames: string[] = [];

    const docker = async (...args: readonly string[]) =>
      (await runToolOrFail(dockerCall({ env, workspaceRoot: root }, args), dockerPurpose('prepare a test'))).stdout.trim();

    beforeEach(() => start({ DOCKER_HOST: dockerHost }));
    afterEach(async () => {
      const names = [localImageName(root, 'api'), ...ownNames.splice(0)];
      for (const name of names)
        if ((await inspectImage({ env, workspaceRoot: root }, name)) !== undefined) await docker('image', 'rm', '-f', name);
      await stop();
    });

    /** An image in the registry and in the engine. */
    const pushBase = async (): Promise<string> => {
      const name = `${registry}/specs/base-${root.slice(-6).toLowerCase()}:1`;
      await mkdir(join(root, 'base'));
      await writeFile(join(root, 'base/large.txt'), `${root} `.repeat(5000));
      const dockerfile =
        'FROM scratch\nLABEL org.opencontainers.image.version=9 org.opencontainers.image.title=base other=base\nCOPY large.txt /\n';
      await writeFile(join(root, 'base/Dockerfile'), dockerfile);
      await docker('build', `--tag=${name}`, join(root, 'base'));
      await docker('push', name);
      ownNames.push(name);
      return name;
    };

    it('uses the base from the repository that the Dockerfile now names, even for the same image', async () => {
      const base = await pushBase();
      const moved = base.replace('/specs/', '/moved/');
      await docker('tag', base, moved);
      await docker('push', moved);
      ownNames.push(moved);
      const build = async (from: string) => (await engine.build(await writeProject(`FROM ${from}\nCOPY content.txt /\n`), job())).record;
      expect((await build(base)).output.base).toMatchObject({ reference: base });
      expect((await build(moved)).output.base).toMatchObject({ reference: moved, repository: expect.stringContaining('moved/') });
    });

    it('refuses an ignore file beside the Dockerfile that the builder would ignore', async () => {
      await stop();
      await start({ DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '0' });
      const options = await writeProject('FROM scratch\nCOPY . /app\n');
      await writeFile(`${options.dockerfile}.dockerignore`, '.env\n');
      await expect(engine.build(options, job())).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
        message: expect.stringContaining('without BuildKit, and so does not read api/Dockerfile.dockerignore'),
      });
    });

    it('builds a Dockerfile into a layout whose layers match the config', async () => {
      const { record } = await engine.build(
        await writeProject('FROM scratch\nCOPY content.txt /\nCOPY Dockerfile /two\nCMD ["/none"]\n'),
        job(),
      );
      const image = await inspectImage({ env, workspaceRoot: root }, localImageName(root, 'api'));
      expect(record).toMatchObject({
        engine: 'docker',
        platforms: [image?.platform],
        output: { imageId: image?.id, name: localImageName(root, 'api') },
      });
      expect(await readImageRecord(imageFolder(root, 'api'))).toEqual(record);
      expect(readdirSync(imageFolder(root, 'api')).sort()).toEqual(['blobs', 'image.json', 'index.json', 'oci-layout']);
      const { config, layers } = await readDocuments(record);
      expect(config.config).toMatchObject({
        Cmd: ['/none'],
        Labels: { team: 'a', 'dev.nx-oci.project': 'api', 'dev.nx-oci.build': record.build },
      });
      expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['container_config']));
      expect(layers.map(contentDigest)).toEqual(config.rootfs.diff_ids);
    });

    it('exports an image once: if it is built again from the same steps, it is not exported again', async () => {
      await mkdir(join(root, 'bin'));
      await writeFile(join(root, 'bin/docker'), `#!/bin/sh\necho "$1 $2" >> ${root}/calls\nPATH=${env.PATH ?? ''} exec docker "$@"\n`);
      await chmod(join(root, 'bin/docker'), 0o755);
      await engine.close();
      env['PATH'] = `${root}/bin:${env.PATH ?? ''}`;
      engine = createDockerfileEngine({
        env,
        workspaceRoot: root,
        makeTool: createDockerTool,
        openRepository: bases.openRepository,
        layerCache: join(root, '.layers'),
      });
      const options = await writeProject('FROM scratch\nCOPY content.txt /\n');
      const first = await engine.build(options, job());
      const second = await engine.build(options, job());
      const saves = () =>
        readFileSync(join(root, 'calls'), 'utf8')
          .split('\n')
          .filter((line) => line === 'image save').length;
      expect(second.record).toEqual(first.record);
      expect(saves()).toBe(1);
      // An incomplete image is exported again.
      const [layer] = (await readDocuments(first.record)).layers;
      for (const [spoil, expected] of [
        [() => rm(blobFile(layer!)), 2],
        [() => writeFile(blobFile(layer!), Buffer.alloc(layer!.size)), 3],
      ] as const) {
        await spoil();
        await engine.build(options, job());
        expect(saves()).toBe(expected);
      }
      expect((await readDocuments(second.record)).layers.map(contentDigest)).toHaveLength(1);
    });

    it('names the layers of a base as in its registry, without storing them', async () => {
      const base = await pushBase();
      const { record } = await engine.build(await writeProject(`FROM ${base} AS first\nFROM first\nCOPY content.txt /\n`), job());
      const answer = await fetch(`http://${registry}/v2/${base.slice(registry.length + 1, -2)}/manifests/1`, {
        headers: {
          accept:
            'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json',
        },
      });
      const published = (await answer.json()) as { readonly layers?: readonly Descriptor[] };
      const { config, layers } = await readDocuments(record);
      if (published.layers !== undefined) expect(layers[0]?.digest).toBe(published.layers[0]?.digest);
      expect(record.output.base).toMatchObject({ reference: base, registry, layers: [layers[0]] });
      expect(layers.map((layer) => existsSync(blobFile(layer)))).toEqual([false, true]);
      expect(config.config?.Labels).toEqual({ team: 'a', other: 'base', 'dev.nx-oci.project': 'api', 'dev.nx-oci.build': record.build });
    });

    it('stores the complete image if its base is only on this machine, or its registry does not answer', async () => {
      const base = await pushBase();
      const local = `nx-oci-spec-base-${root.slice(-6).toLowerCase()}:1`;
      const gone = `127.0.0.1:1/specs/base-${root.slice(-6).toLowerCase()}:1`;
      await docker('tag', base, local);
      await docker('tag', base, gone);
      ownNames.push(local, gone);
      for (const name of [local, gone]) {
        const { record } = await engine.build(await writeProject(`FROM ${name}\nCOPY content.txt /\n`), job());
        expect(record.output.base).toBeUndefined();
        const { config, layers } = await readDocuments(record);
        expect(layers.map(contentDigest)).toEqual(config.rootfs.diff_ids);
      }
    });

    it('has a config and no layer if it has no files, or reports that this engine cannot save it', async () => {
      const built = engine.build(await writeProject('FROM scratch\nENV A=1\n'), job());
      const [outcome] = await Promise.allSettled([built]);
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'ENGINE_FAILED', message: expect.stringContaining('it contains no files') });
      } else expect((await readDocuments(outcome.value.record)).config).toMatchObject({ config: { Env: expect.arrayContaining(['A=1']) } });
    });

    it("shows the builder's output when a step fails, and leaves no record", async () => {
      await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job());
      const options = await writeProject('FROM scratch\nCOPY no-such-file /\n');
      await expect(engine.build(options, job())).rejects.toMatchObject({
        code: 'ENGINE_FAILED',
        message: expect.stringContaining('no-such-file'),
      });
      expect(lines.join('\n')).toContain('COPY no-such-file');
      await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    });

    it('has the image in its own store, from which only our image is removed', async () => {
      const { output } = (await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job())).record;
      const remove = () => removeFromStore({ env, workspaceRoot: root }, 'docker', { ...output, name: localImageName(root, 'api') });
      const foreign = `foreign.test/${root.slice(-6).toLowerCase()}:1`;
      await docker('tag', output.imageId ?? '', foreign);
      expect(await remove()).toEqual({ kind: 'kept', reason: `it is also named ${foreign}` });
      await docker('image', 'rm', foreign);
      expect(await remove()).toEqual({ kind: 'absent' });
    });

    it('removes an image that has lost its name', async () => {
      const { output } = (await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\n'), job())).record;
      const { record } = await engine.build(await writeProject('FROM scratch\nCOPY content.txt /other\n'), job());
      expect(record.output.imageId).not.toBe(output.imageId);
      const removal = await removeFromStore({ env, workspaceRoot: root }, 'docker', { ...output, name: localImageName(root, 'api') });
      // The containerd store removes an image with its last name.
      expect(['removed', 'absent']).toContain(removal.kind);
      expect(await inspectImage({ env, workspaceRoot: root }, localImageName(root, 'api'))).toBeDefined();
    });
  });
}

it('counts as removed without an engine, if the image came from a cache', async () => {
  await start({ PATH: tmpdir() });
  expect(await removeFromStore({ env, workspaceRoot: root }, 'docker', storedImage)).toEqual({ kind: 'absent' });
  await stop();
});

async function readDocuments({ output }: ImageRecord): Promise<{ readonly config: ImageConfig; readonly layers: readonly Descriptor[] }> {
  const layout = await openLayout(imageFolder(root, 'api'));
  const { config, layers } = parseManifest(await layout.readDocument(output.manifest), output.manifest.mediaType);
  return { config: parseImageConfig(await layout.readDocument(config)), layers };
}

function blobFile({ digest }: Descriptor): string {
  return join(imageFolder(root, 'api'), 'blobs', digest.replace(':', '/'));
}

function contentDigest(layer: Descriptor): string {
  const bytes = readFileSync(blobFile(layer));
  return `sha256:${createHash('sha256')
    .update(layer.mediaType.endsWith('gzip') ? gunzipSync(bytes) : bytes)
    .digest('hex')}`;
}
