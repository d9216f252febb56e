import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { createBaseOpener, type BaseOpener } from '../../build/open-base';
import type { ToolContext } from '../dockerfile/dockerfile-tool';
import { imageFolder, type ImageRecord } from '../image/image-record';
import type { DockerfileOptions } from '../options/dockerfile-options';
import { runTool, runToolOrFail } from '../tools/run-tool';
import { createDockerfileEngine, type DockerfileEngineRun } from './dockerfile-engine';
import { DOCKERFILE_TOOLS } from './dockerfile-tools';
import { findUsedImages } from './find-used-images';
import { ImageLookups } from './look-up-images';

describe('the images of a Dockerfile', () => {
  const namesIn = async (
    dockerfile: string,
    options: Pick<DockerfileOptions, 'stage' | 'buildArgs'> = { buildArgs: {} },
    env: NodeJS.ProcessEnv = {},
  ) => {
    const lookups = new ImageLookups(() => Promise.reject(new Error('not looked up')), new AbortController().signal);
    jest.spyOn(lookups, 'find').mockResolvedValue(undefined);
    const used = findUsedImages({ dockerfile, options, env }, lookups);
    const { images = [], hasUnknownImage } = await used.whenBuilt({ base: undefined, lookUp: () => undefined });
    return { images: images.map(({ reference, role }) => `${role} ${reference}`), ...(hasUnknownImage && { hasUnknownImage }) };
  };

  it('are the bases of the stages that it needs, and what they copy and mount from', async () => {
    const dockerfile = [
      'FROM golang:1.25 AS build',
      'RUN --mount=from=cache.test/tools:2,target=/tools go build',
      'FROM unused:1 AS unused',
      'COPY --from=also-unused:1 /a /a',
      'FROM alpine:3 AS below',
      'FROM below',
      'COPY --from=build /app /app',
      'COPY --from=busybox:1 /bin/sh /bin/sh',
    ].join('\n');
    expect(await namesIn(dockerfile)).toEqual({
      images: [
        'source docker.io/library/golang:1.25',
        'source cache.test/tools:2',
        'base docker.io/library/alpine:3',
        'source docker.io/library/busybox:1',
      ],
    });
  });

  it('are named by build arguments, also by those of the environment', async () => {
    const dockerfile = 'ARG NODE=20\nARG OS\nFROM node:${NODE}-${OS}\n';
    const buildArgs = { NODE: '24', OS: undefined };
    expect(await namesIn(dockerfile, { buildArgs }, { OS: 'slim' })).toEqual({ images: ['base docker.io/library/node:24-slim'] });
    expect(await namesIn(dockerfile, { buildArgs })).toEqual({ images: [], hasUnknownImage: true });
  });

  it('are neither `scratch` nor stages, nor those of a later stage than the one that is built', async () => {
    expect(await namesIn('FROM a:1 AS one\nFROM b:1\n', { stage: 'one', buildArgs: {} })).toEqual({
      images: ['base docker.io/library/a:1'],
    });
    expect(await namesIn('FROM scratch AS one\nFROM one\nCOPY --from=one / /\n')).toEqual({ images: [] });
  });

  it('are not compared if they are named by digest, which is recorded for the base', async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    expect(await namesIn(`FROM a@${digest}\nCOPY --from=b:1@${digest} / /\n`)).toEqual({
      images: [`base docker.io/library/a@${digest}`],
    });
  });
});

describeWith(['docker'], 'Docker Engine', (things) => {
  describeTool('docker', () => ({ DOCKER_HOST: things.server('docker').dockerHost, PATH: process.env['PATH'] }));
});

for (const tool of ['podman', 'buildah'] as const) {
  describeWith([tool], tool, (things) => {
    describeTool(tool, () => ({
      PATH: [dirname(things.tool(tool)), process.env['PATH'] ?? ''].join(':'),
      ...(tool === 'buildah' && { BUILDAH_ISOLATION: 'chroot' }),
    }));
  });
}

function describeTool(name: 'docker' | 'podman' | 'buildah', surroundings: () => NodeJS.ProcessEnv): void {
  let root: string;
  let registry: RunningRegistry;
  let context: ToolContext;
  let bases: BaseOpener;
  let engine: DockerfileEngineRun;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), `nx-oci-used-${name}-`));
    registry = await startRegistry();
    for (const folder of ['tmp', 'api']) await mkdir(join(root, folder));
    await writeFile(join(root, 'storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${root}/store"\nrunroot = "${root}/run"\n`);
    await writeFile(join(root, 'registries.conf'), `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`);
    const env = {
      HOME: root,
      TMPDIR: join(root, 'tmp'),
      CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'),
      CONTAINERS_REGISTRIES_CONF: join(root, 'registries.conf'),
      ...surroundings(),
    };
    context = { env, workspaceRoot: root };
    bases = createBaseOpener({ workspaceRoot: root, env });
    engine = createDockerfileEngine({
      ...context,
      makeTool: DOCKERFILE_TOOLS[name],
      openRepository: bases.openRepository,
      layerCache: join(root, 'layers'),
    });
  });
  afterEach(async () => {
    for (const image of names.splice(0)) await runTool({ program: name, args: ['rmi', '-f', image], env: context.env, cwd: root }, purpose);
    await Promise.all([engine.close(), bases.close()]);
    await registry.close();
    await rm(root, { recursive: true, force: true });
  });

  const purpose = { purpose: 'prepare a test', install: '' };
  const names: string[] = [];
  const run = (...args: readonly string[]) => runToolOrFail({ program: name, args, env: context.env, cwd: root }, purpose);

  const build = async (dockerfile: string): Promise<ImageRecord> => {
    await writeFile(join(root, 'api/Dockerfile'), dockerfile);
    const options = {
      dockerfile: join(root, 'api/Dockerfile'),
      context: join(root, 'api'),
      buildArgs: {},
      secrets: [],
      labels: {},
      noCache: false,
    };
    const { record } = await engine.build(options, {
      project: 'api',
      workspaceRoot: root,
      folder: imageFolder(root, 'api'),
      print: () => undefined,
    });
    if (record.output.name !== undefined) names.push(record.output.name);
    return record;
  };

  /** Pushes an image, and pulls it. */
  const pushBase = async (repository: string, content: string): Promise<string> => {
    const reference = `${registry.host}/${repository}:1`;
    const folder = join(root, 'base');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'content'), content);
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY content /\n');
    await run('build', '-t', reference, folder);
    await run('push', reference);
    // As on a machine that did not build it.
    await run('rmi', reference);
    await run('pull', reference);
    names.push(reference);
    return reference;
  };
  const digestNow = async (reference: string): Promise<string | null> => {
    const [, repository = ''] = /\/(.*):1$/.exec(reference) ?? [];
    const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
    const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/1`, { method: 'HEAD', headers: { accept } });
    return answer.headers.get('docker-content-digest');
  };

  it('records the digests of base and sources as its store has them, also if the tags have moved since', async () => {
    const [base, source] = [await pushBase('base', `${root} base`), await pushBase('source', `${root} source`)];
    const before = [await digestNow(base), await digestNow(source)];
    const dockerfile = `FROM ${source} AS first\nFROM ${base}\nCOPY --from=first /content /copied\n`;
    const used = [
      { reference: source, digests: [before[1]], role: 'source' },
      { reference: base, digests: [before[0]], role: 'base' },
    ];
    expect((await build(dockerfile)).output.images).toEqual(used);
    // It pulls a newer image without being asked.
    if (name === 'buildah') return;
    const moved = `${root} moved`;
    const uploaded = await registryImage(registry, 'source', moved);
    expect(await digestNow(source)).toBe(uploaded);
    expect((await build(dockerfile)).output.images).toEqual(used);
  });

  it('does not look for an image that was built here in a registry', async () => {
    await writeFile(join(root, 'api/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
    const local = `nx-oci-spec-${root.slice(-6).toLowerCase()}:1`;
    await run('build', '-t', local, join(root, 'api'));
    names.push(local);
    expect((await build(`FROM ${local}\nCOPY Dockerfile /two\n`)).output.images).toEqual([]);
  });
}

/** Moves a tag without the tool. */
async function registryImage(registry: RunningRegistry, repository: string, content: string): Promise<string | null> {
  const base = `http://${registry.host}/v2/${repository}`;
  const put = async (bytes: string): Promise<{ readonly digest: string; readonly size: number }> => {
    const { createHash } = await import('node:crypto');
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const { headers } = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const location = new URL(headers.get('location') ?? '', base);
    location.searchParams.set('digest', digest);
    await fetch(location, { method: 'PUT', body: bytes });
    return { digest, size: bytes.length };
  };
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await put(JSON.stringify({ content }))) };
  const manifest = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers: [] };
  const answer = await fetch(`${base}/manifests/1`, {
    method: 'PUT',
    headers: { 'content-type': manifest.mediaType },
    body: JSON.stringify(manifest),
  });
  return answer.headers.get('docker-content-digest');
}
