import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker } from './support/docker-client';
import { killProcess } from './support/end-process';
import './support/long-timeout';
import { watchPublishProcesses, type PublishProcesses } from './support/publish-processes';
import { listTags } from './support/read-back';
import { startRecordingProxy, uploadedBlobs, writingRequests, writtenReferences, type RecordingProxy } from './support/recording-proxy';
import { runOrFail, type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const BOTH = ['linux/amd64', 'linux/arm64'];

interface Index {
  readonly mediaType: string;
  readonly manifests: readonly { readonly digest: string; readonly platform: { readonly os: string; readonly architecture: string } }[];
  readonly annotations: Readonly<Record<string, string>>;
}

interface Config {
  readonly architecture: string;
  readonly config: { readonly Labels: Readonly<Record<string, string>> };
}

/** Published to a real registry, read back and pulled with the tools of others. */
describeWith(['distribution-3', 'crane', 'skopeo'], 'an image for two platforms', (things) => {
  const namespace = `platforms-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;
  let proxy: RecordingProxy;
  let processes: PublishProcesses;
  let repository: string;

  beforeAll(async () => {
    const { host } = things.server('distribution-3');
    proxy = await startRecordingProxy(host);
    repository = `${host}/${namespace}/app`;
    workspace = await makeWorkspace();
    mkdirSync(join(workspace.root, '.caches'));
    processes = watchPublishProcesses(join(workspace.root, '.caches'));
    workspace.write(
      'registries.yaml',
      `registries: { real: { host: "${proxy.host}", namespace: ${namespace} } }\npublish: { tags: [sha, latest], settleMs: 100 }\n`,
    );
    for (const architecture of ['amd64', 'arm64']) workspace.write(`bin/cli-linux-${architecture}`, architecture);
    const layers = [
      { from: 'app/files', to: '/srv' },
      { from: 'bin/cli-{os}-{arch}', to: '/bin/cli' },
    ];
    workspace.write('app/project.json', {
      name: 'app',
      targets: {
        image: { executor: 'nx-oci:build', options: { engine: 'native', platforms: BOTH, layers, cmd: ['/bin/cli'] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
        copy: { executor: 'nx-oci:copy' },
      },
    });
    await change();
    expect(await publish()).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await proxy.stop();
    workspace.remove();
  });
  beforeEach(() => {
    processes.take();
    proxy.takeRequests();
  });

  const publish = (...args: readonly string[]): Promise<Outcome> => workspace.nx(['run', 'app:publish', ...args], processes.env);
  const tool = (name: string, ...args: readonly string[]): Promise<string> => runOrFail(things.tool(name), args, { cwd: workspace.root });
  const crane = (...args: readonly string[]): Promise<string> => tool('crane', ...args, '--insecure');
  const location = () => ({ host: things.server('distribution-3').host, repository: `${namespace}/app` });
  const digestOf = async (tag: string) => (await crane('digest', `${repository}:${tag}`)).trim();

  /** @returns the tag of the commit */
  async function change(): Promise<string> {
    workspace.write('app/files/text.txt', randomBytes(2000).toString('hex'));
    return (await workspace.commit('a change')).slice(0, 7);
  }

  /** By other tools: an index whose images are whole, and say which commit they are of. */
  async function expectWhole(tag: string): Promise<void> {
    await crane('validate', '--remote', `${repository}:${tag}`);
    const index = JSON.parse(await tool('skopeo', 'inspect', '--raw', '--tls-verify=false', `docker://${repository}:${tag}`)) as Index;
    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(index.manifests.map(({ platform: { os, architecture } }) => `${os}/${architecture}`)).toEqual(BOTH);
    const revision = await workspace.git('rev-parse', 'HEAD');
    expect(index.annotations['org.opencontainers.image.revision']).toBe(revision.trim());
    for (const platform of BOTH) {
      const config = JSON.parse(await crane('config', '--platform', platform, `${repository}:${tag}`)) as Config;
      expect(`linux/${config.architecture}`).toBe(platform);
      expect(config.config.Labels).toMatchObject({ 'dev.nx-oci.project': 'app', 'org.opencontainers.image.revision': revision.trim() });
    }
  }

  it('is whole for every tool, under all of its tags, with the files of each platform', async () => {
    const sha = await change();
    expect(await publish()).toMatchObject({ code: 0 });
    await expectWhole(sha);
    expect(await digestOf('latest')).toBe(await digestOf(sha));
    for (const platform of BOTH) {
      await crane('export', '--platform', platform, `${repository}:${sha}`, join(workspace.root, '.caches/files.tar'));
      const cli = await runOrFail('tar', ['-xOf', '.caches/files.tar', 'bin/cli'], { cwd: workspace.root });
      expect(`linux/${cli}`).toBe(platform);
    }
  });

  it('sends what its platforms share once, and each image before the index', async () => {
    await change();
    expect(await publish()).toMatchObject({ code: 0 });
    const requests = proxy.takeRequests();
    const blobs = uploadedBlobs(requests);
    // The changed layer and two configs; the registry already has the programs.
    expect(blobs).toHaveLength(3);
    expect(new Set(blobs).size).toBe(3);
    const [first, second, ...tags] = writtenReferences(requests);
    expect([first, second]).toEqual([expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)]);
    expect(tags.filter((reference) => !reference.startsWith('sha256:')).at(-1)).toBe('latest');
  });

  it('moves no tag when the process is killed while it sends the image of one platform, and is finished by the next run', async () => {
    const sha = await change();
    const before = await digestOf('latest');
    const sending = proxy.holdNext(new RegExp(`^PUT .*${namespace}/app/manifests/sha256:`));
    const run = publish();
    await sending;
    await killProcess(processes.take().at(-1)!);
    expect((await run).code).not.toBe(0);
    expect(await listTags(location())).not.toContain(sha);
    expect(await digestOf('latest')).toBe(before);

    const first = proxy.takeRequests();
    expect(await publish()).toMatchObject({ code: 0 });
    const sent = uploadedBlobs([...first, ...proxy.takeRequests()]);
    expect(sent).toEqual([...new Set(sent)]);
    await expectWhole(sha);
    expect(await digestOf('latest')).toBe(await digestOf(sha));
  });

  it('has every platform if the process is killed while it sets the tags, and the next run sends nothing', async () => {
    const sha = await change();
    const before = await digestOf('latest');
    const tagging = proxy.holdNext(new RegExp(`^PUT .*${namespace}/app/manifests/latest`));
    const run = publish();
    await tagging;
    await killProcess(processes.take().at(-1)!);
    expect((await run).code).not.toBe(0);
    expect(await digestOf('latest')).toBe(before);
    await expectWhole(sha);

    proxy.takeRequests();
    expect(await publish()).toMatchObject({ code: 0 });
    expect(uploadedBlobs(writingRequests(proxy.takeRequests()))).toEqual([]);
    await expectWhole('latest');
  });

  it.each(['--platforms=linux/arm64,linux/amd64', '--platforms=linux/arm64 --platforms=linux/amd64'])(
    'is for the platforms of the command line (%s)',
    async (args) => {
      expect(await workspace.nx(['run', 'app:image', ...args.split(' ')])).toMatchObject({ code: 0 });
      const record = JSON.parse(readFileSync(join(workspace.root, 'dist/images/app/image.json'), 'utf8')) as { platforms: string[] };
      expect(record.platforms).toEqual(['linux/arm64', 'linux/amd64']);
    },
  );

  it('leaves nothing of it here with `prune`, but in the registry', async () => {
    const sha = await change();
    expect(await publish('--prune')).toMatchObject({ code: 0 });
    expect(readdirSync(join(workspace.root, 'dist/images/app'))).toEqual(['report.json']);
    await expectWhole(sha);
  });

  it('is copied whole, and promoted with the same digest', async () => {
    const sha = await change();
    expect(await publish()).toMatchObject({ code: 0 });
    const copy = ['run', 'app:copy', `--from=${proxy.host}/${namespace}/app:${sha}`, '--to=real', '--image=promoted', '--tags=stable'];
    expect(await workspace.nx(copy)).toMatchObject({ code: 0 });
    const promoted = `${things.server('distribution-3').host}/${namespace}/promoted:stable`;
    expect((await crane('digest', promoted)).trim()).toBe(await digestOf(sha));
    await crane('validate', '--remote', promoted);
  });

  it('is never replaced by an image for one of its platforms', async () => {
    await change();
    expect(await publish()).toMatchObject({ code: 0 });
    const before = await digestOf('latest');
    await workspace.commit('one platform');
    expect(await workspace.nx(['run', 'app:image', '--platforms=linux/arm64'])).toMatchObject({ code: 0 });
    const { output } = await publish('--excludeTaskDependencies');
    expect(output).toContain('it is for linux/amd64 and linux/arm64, this image for linux/arm64');
    expect(await digestOf('latest')).toBe(before);
  });

  describeWith(['regctl'], 'read by regctl', (regctl) => {
    it('has an image for each platform, and the digest that others see', async () => {
      const call = (...args: readonly string[]) =>
        runOrFail(regctl.tool('regctl'), ['--host', `reg=${things.server('distribution-3').host},tls=disabled`, ...args], {
          cwd: workspace.root,
          env: { HOME: workspace.root },
        });
      const name = `${repository}:latest`;
      expect((await call('image', 'digest', '--require-list', name)).trim()).toBe(await digestOf('latest'));
      for (const platform of BOTH) {
        const config = JSON.parse(await call('image', 'inspect', '--platform', platform, name)) as Config;
        expect(`linux/${config.architecture}`).toBe(platform);
      }
    });
  });

  describe.each(['docker', 'docker-containerd'])('by %s', (engine) => {
    describeWith([engine], 'pulled', (docker) => {
      const open = () => openDocker(docker.server(engine).dockerHost);
      it.each(BOTH)('is the image for %s if that is requested', async (platform) => {
        const client = open();
        const name = `${repository}:latest`;
        await client.docker('pull', '--platform', platform, name);
        // The containerd store keeps the index, and shows of it the image for this machine, unless another one is asked for.
        const asked = engine === 'docker-containerd' ? ['--platform', platform] : [];
        expect(await client.docker('image', 'inspect', ...asked, '--format', '{{.Os}}/{{.Architecture}}', name)).toBe(platform);
        await client.docker('rmi', name);
      });

      it('is the image for the platform of the engine by itself', async () => {
        const client = open();
        const name = `${repository}:latest`;
        await client.docker('pull', name);
        const own = await client.docker('version', '--format', '{{.Server.Os}}/{{.Server.Arch}}');
        expect(await client.docker('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', name)).toBe(own);
        await client.docker('rmi', name);
      });
    });
  });

  describeWith(['podman'], 'pulled by podman', (podman) => {
    it.each(BOTH)('is the image for %s if that is requested', async (platform) => {
      const store = join(workspace.root, '.caches/store');
      workspace.write('.caches/storage.conf', `[storage]\ndriver = "vfs"\ngraphroot = "${store}"\nrunroot = "${store}-run"\n`);
      const env = { CONTAINERS_STORAGE_CONF: join(workspace.root, '.caches/storage.conf') };
      const call = (...args: readonly string[]) => runOrFail(podman.tool('podman'), args, { cwd: workspace.root, env });
      const name = `${repository}:latest`;
      await call('pull', '--tls-verify=false', '--platform', platform, name);
      expect((await call('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', name)).trim()).toBe(platform);
      await call('rmi', name);
    });
  });
});
