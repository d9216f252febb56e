import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { openLayout } from '@nx-oci/layout';
import { parseImageConfig, parseManifest } from '@nx-oci/model';
import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { imageFolder, readImageRecord } from '../engines/image/image-record';
import { dockerCall, dockerPurpose } from '../engines/docker/docker-call';
import { runTool } from '../engines/tools/run-tool';
import { localImageName } from '../engines/names/local-name';
import { type WorkspaceImage } from '../engines/names/workspace-image';
import { createImageBuilder, type ImageBuilder } from './build-images';

const REGISTRY = 'registry.test';
const WORKSPACE_IMAGES: readonly WorkspaceImage[] = ['os', 'tools', 'web', 'app'].map((project) => ({
  registry: REGISTRY,
  repository: `acme/${project}`,
  project,
}));

const named = (project: string, tag = 'latest'): string => `${REGISTRY}/acme/${project}:${tag}`;

describeEngine('docker', 'docker');
describeEngine('docker', 'docker-containerd');
describeEngine('podman', 'podman');
describeEngine('buildah', 'buildah');
describeEngine('buildx', 'buildkit');

/** @param server or tool that the engine needs */
function describeEngine(engine: 'docker' | 'podman' | 'buildah' | 'buildx', needed: string): void {
  describeWith(
    [needed, ...(engine === 'buildx' ? ['buildx'] : [])],
    `a Dockerfile on images of the workspace, built by ${needed}`,
    (things) => {
      let root: string;
      let builder: ImageBuilder;
      let lines: string[];

      beforeEach(async () => {
        root = await mkdtemp(join(tmpdir(), 'nx-oci-own-bases-'));
        lines = [];
        const { PATH } = process.env;
        const storage = join(root, 'storage');
        const own = {
          STORAGE_DRIVER: 'vfs',
          STORAGE_OPTS: '',
          BUILDAH_ISOLATION: 'chroot',
          CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'),
        };
        await writeFile(
          join(root, 'storage.conf'),
          `[storage]\ndriver = "vfs"\ngraphroot = "${storage}/graph"\nrunroot = "${storage}/run"\n`,
        );
        const environments = {
          docker: () => ({ DOCKER_HOST: things.server(needed).dockerHost }),
          buildx: () => makeBuilders(things, join(root, 'docker'), { far: [{ server: things.server(needed) }] }),
          podman: () => own,
          buildah: () => own,
        };
        const env = environments[engine]();
        builder = createImageBuilder({ workspaceRoot: root, env: { PATH, HOME: root, TMPDIR: root, ...env } });
      });
      afterEach(async () => {
        await builder.close();
        if (engine === 'docker') await removeNames();
        await rm(root, { recursive: true, force: true });
      });

      const removeNames = async (): Promise<void> => {
        const context = { workspaceRoot: root, env: { PATH: process.env.PATH, HOME: root, DOCKER_HOST: things.server(needed).dockerHost } };
        const own = ['os', 'web', 'app'].map((project) => localImageName(root, project));
        const loaded = ['os', 'web'].map((project) => `localhost/${localImageName(root, `base ${project}`)}`);
        await runTool(dockerCall(context, ['image', 'rm', '--force', ...own, ...loaded]), dockerPurpose('clean up after a test'));
      };
      const write = async (file: string, text: string): Promise<void> => {
        await mkdir(dirname(join(root, file)), { recursive: true });
        await writeFile(join(root, file), text);
      };
      const build = async (project: string, options: object): Promise<void> => {
        const workspaceImages = WORKSPACE_IMAGES.filter((image) => image.project !== project);
        await builder.build({ project, projectRoot: join(root, project), options, workspaceImages, print: (line) => lines.push(line) });
      };
      const buildFiles = async (project: string, options: object = {}): Promise<void> => {
        await write(`${project}/files/${project}.txt`, `${project} of ${root}`);
        await build(project, { engine: 'native', layers: [{ from: `${project}/files`, to: '/srv' }], ...options });
      };
      const buildDockerfile = async (project: string, text: string, options: object = {}): Promise<void> => {
        await write(`${project}/${project}.txt`, `${project} of ${root}`);
        await write(`${project}/Dockerfile`, text);
        await build(project, { engine, ...(engine === 'buildx' && { builder: 'far' }), ...options });
      };
      const read = async (project: string) => {
        const folder = imageFolder(root, project);
        const layout = await openLayout(folder);
        const { output } = await readImageRecord(folder);
        const { layers, config } = parseManifest(await layout.readDocument(output.manifest), output.manifest.mediaType);
        const isHere = await Promise.all(layers.map((layer) => layout.has(layer)));
        const { config: facts } = parseImageConfig(await layout.readDocument(config));
        return { output, layers: layers.map(({ digest }) => digest), isComplete: isHere.every(Boolean), labels: facts?.Labels ?? {} };
      };

      it('builds on an image from files, and an image from files builds on that', async () => {
        await buildFiles('os');
        await buildDockerfile('web', `ARG HOST=${REGISTRY}\nFROM $HOST/acme/os\nCOPY web.txt /srv/\nLABEL kind=web\n`);
        await buildFiles('app', { base: named('web') });
        const [os, web, app] = await Promise.all(['os', 'web', 'app'].map(read));
        expect(web?.layers.slice(0, 1)).toEqual(os?.layers);
        expect(app?.layers.slice(0, -1)).toEqual(web?.layers);
        expect([web?.isComplete, app?.isComplete]).toEqual([true, true]);
        expect(web?.labels).toMatchObject({ kind: 'web', 'dev.nx-oci.project': 'web' });
        expect(web?.output.images).toEqual([
          { reference: `${REGISTRY}/acme/os`, role: 'base', project: 'os', digests: [os?.output.manifest.digest] },
        ]);
        expect(await readFile(join(root, 'web/Dockerfile'), 'utf8')).toContain('$HOST/acme/os');
      });

      it('copies from one, and uses it again as it is after its next build', async () => {
        await buildFiles('os');
        const dockerfile = `FROM scratch\nCOPY --from=${named('os', 'edge')} \\\n  /srv/ /srv/\nCOPY web.txt /\n`;
        await buildDockerfile('web', dockerfile);
        const before = await read('web');
        await write('os/files/more.txt', 'more');
        await buildFiles('os');
        await buildDockerfile('web', dockerfile);
        const after = await read('web');
        expect(after.output.images).toMatchObject([{ role: 'source', project: 'os', reference: named('os', 'edge') }]);
        expect(after.layers[0]).not.toBe(before.layers[0]);
      });

      it('keeps what its ignore file excludes out of an image on another Dockerfile', async () => {
        await buildDockerfile('os', 'FROM scratch\nCOPY os.txt /\n');
        await write('web/.dockerignore', 'secret.txt\n');
        await write('web/secret.txt', 'secret');
        await buildDockerfile('web', `FROM ${named('os')}\nCOPY . /srv/\n`);
        const [os, web] = await Promise.all(['os', 'web'].map(read));
        expect(web?.layers.slice(0, 1)).toEqual(os?.layers);
        expect(web?.layers).toHaveLength(2);
      });

      if (engine === 'buildx') {
        it('takes from one that is for the platform of the builder alone, where a stage asks for that platform', async () => {
          await buildFiles('os');
          const from = `FROM --platform=$BUILDPLATFORM ${named('os')} AS tools\nFROM scratch\nCOPY --from=tools /srv/ /srv/\n`;
          await buildDockerfile('web', from, { platforms: ['linux/amd64', 'linux/arm64'] });
          const { output } = await readImageRecord(imageFolder(root, 'web'));
          const os = await read('os');
          expect(output.images).toMatchObject([{ role: 'source', project: 'os', digests: [os.output.manifest.digest] }]);
          const twice = `${from}COPY --from=${named('os')} /srv/ /other/\n`;
          await expect(buildDockerfile('web', twice, { platforms: ['linux/amd64', 'linux/arm64'] })).rejects.toThrow(
            'does not support linux/arm64',
          );
        });
      }

      it('names a base that is not built', async () => {
        await expect(buildDockerfile('web', `FROM ${named('os')}\nCOPY web.txt /\n`)).rejects.toMatchObject({
          hint: 'Build the image first: nx run os:image',
        });
      });
    },
  );
}
