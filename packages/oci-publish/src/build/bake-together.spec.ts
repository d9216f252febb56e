import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openLayout } from '@nx-oci/layout';
import { parseIndex, parseManifest } from '@nx-oci/model';
import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { imageFolder, readImageRecord } from '../engines/image/image-record';
import { createImageBuilder, type ImageBuilder } from './build-images';

// Each build of this stage makes another file.
const SHARED = ['FROM scratch AS shared', 'COPY busybox /bin/sh', 'RUN --network=none cat /proc/sys/kernel/random/uuid > /made', ''].join(
  '\n',
);

describeWith(['buildkit', 'buildkit-2', 'buildx', 'busybox'], 'images of one batch that go to the same builder', (things) => {
  let root: string;
  let builder: ImageBuilder;
  let logs: Map<string, string[]>;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-bake-spec-'));
    const nodes = { far: [{ server: things.server('buildkit') }], other: [{ server: things.server('buildkit-2') }] };
    const docker = makeBuilders(things, join(root, 'docker'), nodes);
    await mkdir(join(root, 'bin'));
    await mkdir(join(root, 'tmp'));
    const path = process.env['PATH'] ?? '';
    await writeFile(join(root, 'bin/docker'), `#!/bin/sh\necho "$2 $*" >> ${root}/calls\nPATH=${path} exec docker "$@"\n`);
    await chmod(join(root, 'bin/docker'), 0o755);
    const env = { PATH: `${root}/bin:${path}`, HOME: root, TMPDIR: join(root, 'tmp'), ...docker };
    logs = new Map();
    builder = createImageBuilder({ workspaceRoot: root, env });
  });
  afterEach(async () => {
    await builder.close();
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    await rm(root, { recursive: true, force: true });
  });

  const bakes = () =>
    existsSync(join(root, 'calls'))
      ? readFileSync(join(root, 'calls'), 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('bake '))
      : [];

  interface Asked {
    readonly project: string;
    readonly dockerfile: string;
    readonly options?: object;
  }

  /** Builds images at the same time. */
  const build = async (images: readonly Asked[]): Promise<readonly PromiseSettledResult<string>[]> => {
    for (const { project, dockerfile } of images) {
      logs.set(project, []);
      await mkdir(join(root, project), { recursive: true });
      await copyFile(things.tool('busybox'), join(root, project, 'busybox'));
      await writeFile(join(root, project, 'content.txt'), project);
      await writeFile(join(root, project, 'Dockerfile'), dockerfile);
    }
    const builds = images.map(({ project, options }) =>
      builder.build({
        project,
        projectRoot: join(root, project),
        options: { engine: 'buildx', builder: 'far', ...options },
        print: (line) => logs.get(project)?.push(line),
      }),
    );
    return Promise.allSettled(builds);
  };

  const layersOf = async (project: string) => {
    const { output } = await readImageRecord(imageFolder(root, project));
    const layout = await openLayout(imageFolder(root, project));
    const bytes = await layout.readDocument(output.manifest);
    const [first] = output.manifest.mediaType.includes('index') ? parseIndex(bytes).manifests : [output.manifest];
    if (first === undefined) throw new Error('an empty index');
    return parseManifest(await layout.readDocument(first), first.mediaType).layers.map(({ digest }) => digest);
  };

  it('are built in one bake, which makes once what they share, also if more of them come than may work at once', async () => {
    const projects = ['a', 'b', '@acme/c', 'default', 'e', 'E'];
    const run = `${SHARED}RUN --network=none echo ${root} > /run\n`;
    await build(projects.map((project) => ({ project, dockerfile: `${run}FROM shared\nCOPY content.txt /\n` })));
    expect(bakes()).toHaveLength(1);
    const layers = await Promise.all(projects.map(layersOf));
    expect(new Set(layers.map(([, made]) => made)).size).toBe(1);
    expect(new Set(layers.map((all) => all.at(-1))).size).toBe(projects.length);
  });

  it('each have their own result and log: what fails does not stop the others', async () => {
    const slow = 'RUN --network=none sleep 2\n';
    const results = await build([
      { project: 'good', dockerfile: `${SHARED}COPY content.txt /\n` },
      { project: 'bad', dockerfile: `${SHARED}RUN --network=none echo "this one fails" && exit 3\n` },
      { project: 'slow', dockerfile: `${SHARED}${slow}COPY content.txt /\n` },
      { project: 'worse', dockerfile: `${SHARED}${slow}COPY missing.txt /\n` },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { code: 'ENGINE_FAILED', message: expect.stringContaining('exit code: 3') } });
    expect(results[3]).toMatchObject({ reason: { code: 'ENGINE_FAILED', message: expect.stringContaining('missing.txt') } });
    expect(logs.get('bad')?.join('\n')).toContain('this one fails');
    for (const project of ['good', 'slow']) {
      expect((await readImageRecord(imageFolder(root, project))).project).toBe(project);
    }
    for (const project of ['bad', 'worse']) {
      await expect(readImageRecord(imageFolder(root, project))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
    }
  });

  it('all fail, each with the reason, if there is no such builder', async () => {
    const results = await build(['a', 'b'].map((project) => ({ project, dockerfile: SHARED, options: { builder: 'none' } })));
    for (const result of results)
      expect(result).toMatchObject({ reason: { message: expect.stringContaining('there is no builder "none"') } });
    expect(bakes()).toHaveLength(1);
  });

  it('do not wait for images of other engines and builders, nor for those with mistakes', async () => {
    await writeFile(join(root, 'file'), 'content');
    const native = { engine: 'native', builder: undefined, layers: [{ from: 'file', to: '/file' }] };
    const results = await build([
      { project: 'a', dockerfile: SHARED },
      { project: 'b', dockerfile: SHARED, options: { builder: 'other' } },
      { project: 'c', dockerfile: SHARED, options: { platform: 'nonsense' } },
      { project: 'd', dockerfile: '', options: native },
      { project: 'e', dockerfile: SHARED },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(bakes()).toHaveLength(2);
  });

  it('of several platforms are read by other tools', async () => {
    const options = { platforms: ['linux/amd64', 'linux/arm64'] };
    await build(['a', 'b'].map((project) => ({ project, dockerfile: 'FROM scratch\nCOPY content.txt /\n', options })));
    expect(bakes()).toHaveLength(1);
    for (const project of ['a', 'b']) {
      const raw = execFileSync('skopeo', ['inspect', '--raw', `oci:${imageFolder(root, project)}`], { encoding: 'utf8' });
      expect(parseIndex(Buffer.from(raw)).manifests.map(({ platform }) => platform?.architecture)).toEqual(['amd64', 'arm64']);
    }
  });
});
