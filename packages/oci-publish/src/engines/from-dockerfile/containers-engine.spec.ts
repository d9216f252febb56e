import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import { openLayout } from '@nx-oci/layout';
import { describeWith, type RealThings } from '@nx-oci/model/testing';
import { OciError, parseImageConfig, parseManifest } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import type { BuildJob } from '../image/engine';
import { imageFolder, readImageRecord } from '../image/image-record';
import { localImageName } from '../names/local-name';
import { runTool, runToolOrFail } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext, type ContainersTool } from '../containers/containers-call';
import { createContainersTool } from '../containers/containers-tool';
import { removeFromContainersStore } from '../containers/remove-image';
import { createDockerfileEngine, type DockerfileEngineRun } from './dockerfile-engine';

// The steps run in a sandbox, perhaps inside of another one: buildah isolates them with chroot, podman gives them no network.
const SANDBOXES: Readonly<Record<ContainersTool, { readonly env: NodeJS.ProcessEnv; readonly network?: string }>> = {
  buildah: { env: { BUILDAH_ISOLATION: 'chroot' } },
  podman: { env: {}, network: 'none' },
};

describe('a missing builder', () => {
  it('is reported, with an alternative', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nx-oci-no-podman-'));
    const engine = startEngine({ tool: 'podman', env: { PATH: '/nowhere' }, workspaceRoot: folder });
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
    const options = { dockerfile: join(folder, 'Dockerfile'), context: folder, buildArgs: {}, secrets: [], labels: {}, noCache: false };
    const job = { project: 'api', workspaceRoot: folder, folder: imageFolder(folder, 'api'), print: () => undefined };
    await expect(engine.build(options, job)).rejects.toMatchObject({ code: 'ENGINE_MISSING', hint: expect.stringContaining('native') });
    await engine.close();
    await rm(folder, { recursive: true });
  });
});

function startEngine({ tool, env, workspaceRoot }: ContainersContext): DockerfileEngineRun {
  return createDockerfileEngine({
    env,
    workspaceRoot,
    makeTool: (context) => createContainersTool({ ...context, tool }),
    openRepository: () => Promise.reject(new OciError('REGISTRY_UNREACHABLE', 'There is no registry here.')),
    layerCache: join(workspaceRoot, '.layers'),
  });
}

describeEngine('podman');
describeEngine('buildah');

function describeEngine(tool: ContainersTool): void {
  describeWith([tool, 'busybox'], `the engine ${tool}`, (things: RealThings) => {
    const { env: sandbox, network } = SANDBOXES[tool];
    let root: string;
    let context: ContainersContext;
    let engine: DockerfileEngineRun;
    let lines: string[];

    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), `nx-oci-${tool}-spec-`));
      // A separate store, apart from that of the user.
      await writeFile(join(root, 'storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${root}/store"\nrunroot = "${root}/run"\n`);
      const path = [dirname(things.tool(tool)), process.env['PATH'] ?? ''].join(':');
      const env = {
        PATH: path,
        HOME: root,
        CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'),
        GREETING: 'hello',
        TMPDIR: join(root, 'tmp'),
        ...sandbox,
      };
      context = { tool, env, workspaceRoot: root };
      engine = startEngine(context);
      lines = [];
      await mkdir(join(root, 'api'));
      await mkdir(join(root, 'tmp'));
      await copyFile(things.tool('busybox'), join(root, 'api/busybox'));
    });
    afterEach(async () => {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    });

    const job = (): BuildJob => ({
      project: 'api',
      workspaceRoot: root,
      folder: imageFolder(root, 'api'),
      print: (line) => lines.push(line),
    });
    const write = async (dockerfile: string, more: Partial<DockerfileOptions> = {}): Promise<DockerfileOptions> => {
      await writeFile(join(root, 'api/Dockerfile'), dockerfile);
      return {
        dockerfile: join(root, 'api/Dockerfile'),
        context: join(root, 'api'),
        buildArgs: {},
        secrets: [],
        labels: { team: 'a' },
        noCache: false,
        ...(network !== undefined && { network }),
        ...more,
      };
    };
    const readLabels = async (): Promise<Readonly<Record<string, string>>> => {
      const { output } = await readImageRecord(imageFolder(root, 'api'));
      const layout = await openLayout(imageFolder(root, 'api'));
      const { config } = parseManifest(await layout.readDocument(output.manifest), output.manifest.mediaType);
      return parseImageConfig(await layout.readDocument(config)).config?.Labels ?? {};
    };
    const storeHas = async (name: string): Promise<boolean> =>
      (await runTool(containersCall(context, ['inspect', '--type=image', name]), containersPurpose(context, 'look'))).exitCode === 0;

    it('builds a Dockerfile into a layout, and leaves nothing else behind', async () => {
      const { record } = await engine.build(
        await write('FROM scratch\nCOPY busybox /bin/sh\nRUN ["/bin/sh", "-c", "echo hi > /hello"]\n'),
        job(),
      );
      expect(record).toMatchObject({
        engine: tool,
        platforms: [expect.stringMatching(/^linux\//)],
        output: { name: localImageName(root, 'api') },
      });
      expect(await readImageRecord(imageFolder(root, 'api'))).toEqual(record);
      expect(await readLabels()).toEqual({ team: 'a', 'dev.nx-oci.project': 'api', 'dev.nx-oci.build': record.build });
      expect(readdirSync(imageFolder(root, 'api')).sort()).toEqual(['blobs', 'image.json', 'index.json', 'oci-layout']);
      expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
    });

    it('excludes the images of the workspace, and the user’s exclusions', async () => {
      // The builder's own files in its home, which is the workspace here, are not ours.
      await writeFile(join(root, '.dockerignore'), ['store', 'run', 'tmp', '.*', 'secret.txt', ''].join('\n'));
      // Exists from the beginning: a folder's time, which is copied, changes with its content.
      await mkdir(imageFolder(root, 'api'), { recursive: true });
      const options = await write('FROM scratch\nCOPY . /app\n', { context: root });
      const first = await engine.build(options, job());
      await writeFile(join(imageFolder(root, 'api'), 'report.json'), '{}');
      await writeFile(join(root, 'secret.txt'), 'CANARY');
      expect((await engine.build(options, job())).record).toEqual(first.record);
    });

    it('builds the same image from the same steps in its store', async () => {
      const options = await write('FROM scratch\nCOPY busybox /bin/sh\nRUN ["/bin/sh", "-c", "echo $$ > /hello"]\n');
      const first = await engine.build(options, job());
      const second = await engine.build(options, job());
      expect(second.record).toEqual(first.record);
      expect(lines.join('\n')).toMatch(/Using cache/i);
    });

    it('passes arguments, a secret that is not in the image, and the requested stage', async () => {
      await writeFile(join(root, 'token'), 'CANARY-s3cret');
      const dockerfile = [
        'FROM scratch AS base',
        'ARG GREETING',
        'COPY busybox /bin/sh',
        'RUN --mount=type=secret,id=token,target=/token ["/bin/sh", "-c", "echo $GREETING $((1 + 1)) > /hello; test -s /token"]',
        'LABEL stage=base',
        'FROM base AS later',
        'LABEL stage=later',
        '',
      ].join('\n');
      const secrets = [{ id: 'token', src: join(root, 'token') }];
      await engine.build(await write(dockerfile, { secrets, stage: 'base', buildArgs: { GREETING: undefined } }), job());
      expect(await readLabels()).toMatchObject({ stage: 'base' });
      const blobs = join(imageFolder(root, 'api'), 'blobs/sha256');
      const contents = await Promise.all(readdirSync(blobs).map((name) => readFile(join(blobs, name))));
      const isLeaked = contents.some((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).includes('CANARY'));
      expect([isLeaked, contents.length]).toEqual([false, 4]);
    });

    it('removes labels of the base, and keeps those of the Dockerfile', async () => {
      const base =
        'FROM scratch AS base\nLABEL org.opencontainers.image.version=9 org.opencontainers.image.title=base other=base\nCOPY busybox /b\n';
      await writeFile(join(root, 'api/base'), base);
      await runToolOrFail(
        containersCall(context, ['build', '--tag=localhost/base:1', `--file=${join(root, 'api/base')}`, join(root, 'api')]),
        containersPurpose(context, 'make a base'),
      );
      await engine.build(await write('FROM localhost/base:1\nLABEL org.opencontainers.image.title=mine\n'), job());
      const labels = await readLabels();
      expect(labels).toMatchObject({ 'org.opencontainers.image.title': 'mine', other: 'base' });
      expect(labels).not.toHaveProperty('org.opencontainers.image.version');
    });

    it("shows the builder's output when a step fails, and leaves no record and no temporary files", async () => {
      await engine.build(await write('FROM scratch\nCOPY busybox /bin/sh\n'), job());
      const failing = engine.build(await write('FROM scratch\nCOPY no-such-file /\n'), job());
      await expect(failing).rejects.toMatchObject({ code: 'ENGINE_FAILED', hint: expect.stringContaining('fix api/Dockerfile') });
      expect(lines.join('\n')).toContain('no-such-file');
      expect(existsSync(join(imageFolder(root, 'api'), 'image.json'))).toBe(false);
      expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
    });

    it('stops when it is closed in the middle, and leaves no temporary files', async () => {
      const building = engine.build(await write('FROM scratch\nCOPY busybox /bin/sleep\nRUN ["/bin/sleep", "20"]\n'), job());
      const outcome = building.catch((error: unknown) => error);
      while (!lines.some((line) => line.includes('RUN'))) await sleep(20);
      await engine.close();
      expect(await outcome).toMatchObject({ code: 'ABORTED' });
      expect(existsSync(join(imageFolder(root, 'api'), 'image.json'))).toBe(false);
      expect(readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
    });

    it('has the image in its own store, from which it can be removed', async () => {
      const name = localImageName(root, 'api');
      await engine.build(await write('FROM scratch\nCOPY busybox /bin/sh\n'), job());
      expect(await storeHas(name)).toBe(true);
      expect(await removeFromContainersStore(context, name)).toEqual({ kind: 'removed' });
      expect(await storeHas(name)).toBe(false);
      expect(await removeFromContainersStore(context, name)).toEqual({ kind: 'absent' });
      expect(await readFile(join(imageFolder(root, 'api'), 'index.json'), 'utf8')).toContain('manifests');
    });
  });
}
