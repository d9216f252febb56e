import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith, type RealThings } from '@nx-oci/model/testing';

import './support/long-timeout';
import { digestOf, listTags, type RepositoryToRead } from './support/read-back';
import { startRecordingProxy, uploadedBlobs, writingRequests, type RecordingProxy } from './support/recording-proxy';
import { runOrFail } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const REGISTRIES = ['distribution-2.8-login', 'distribution-3'];

/** From distribution 3, which allows anonymous pulls, to distribution 2.8, which requires a login. */
interface Scene {
  readonly workspace: TestWorkspace;
  /**
   * `host/namespace` of the source and of the target; nx-oci reaches the target through a proxy, other tools reach it directly.
   */
  readonly source: string;
  readonly target: string;
  readonly targetPlace: (image: string) => RepositoryToRead;
  readonly proxy: RecordingProxy;
  readonly nx: (...args: string[]) => Promise<{ readonly code: number; readonly output: string }>;
  /** Runs a third-party tool that is logged in to the target. */
  readonly tool: (name: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>;
  readonly end: () => Promise<void>;
}

async function setScene(things: RealThings): Promise<Scene> {
  const [guarded, open] = [things.server('distribution-2.8-login'), things.server('distribution-3')];
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  const user = `${guarded.username}:${guarded.password}`;
  const proxy = await startRecordingProxy(guarded.host);
  const workspace = await makeWorkspace();
  workspace.write('app/project.json', { name: 'app', targets: { copy: { executor: 'nx-oci:copy' } } });
  workspace.write(
    'registries.yaml',
    [
      'registries:',
      `  open: { host: "${open.host}", namespace: ${namespace} }`,
      `  guarded: { host: "${proxy.host}", namespace: ${namespace}/copies, auth: { username: ${guarded.username}, password: "\${GUARDED_PASSWORD}" } }`,
      'mirrors:',
      `  - { from: "${open.host}/\${NAMESPACE}/app:1.4.0", to: [guarded] }`,
    ].join('\n'),
  );
  // Outside of Docker's own folder, so that nx-oci has the login from registries.yaml alone.
  const config = join(workspace.root, '.caches/tools');
  mkdirSync(config, { recursive: true });
  const auth = Buffer.from(user).toString('base64');
  writeFileSync(join(config, 'config.json'), JSON.stringify({ auths: { [guarded.host]: { auth } } }));
  return {
    workspace,
    source: `${open.host}/${namespace}`,
    target: `${guarded.host}/${namespace}/copies`,
    targetPlace: (image) => ({ host: guarded.host, repository: `${namespace}/copies/${image}`, user }),
    proxy,
    nx: (...args) => workspace.nx(args, { GUARDED_PASSWORD: guarded.password, NAMESPACE: namespace }),
    tool: (name, args, env) =>
      runOrFail(things.tool(name), args, {
        cwd: workspace.root,
        env: { DOCKER_CONFIG: config, REGISTRY_AUTH_FILE: join(config, 'config.json'), ...env },
      }),
    end: async () => {
      await proxy.stop();
      workspace.remove();
    },
  };
}

/** Makes an index of two platforms with crane. @returns its digest */
async function pushIndex({ workspace, source, tool }: Scene): Promise<string> {
  const crane = (...args: string[]) => tool('crane', ['--insecure', ...args]);
  for (const architecture of ['amd64', 'arm64']) {
    workspace.write(`layer/${architecture}.txt`, architecture.repeat(10_000));
    await runOrFail('tar', ['-cf', 'layer.tar', `layer/${architecture}.txt`], { cwd: workspace.root });
    const name = `${source}/app:${architecture}`;
    await crane('append', '--new_layer', 'layer.tar', '--new_tag', name);
    await crane('mutate', name, '--set-platform', `linux/${architecture}`, '--tag', name);
  }
  await crane('index', 'append', '--manifest', `${source}/app:amd64`, '--manifest', `${source}/app:arm64`, '--tag', `${source}/app:1.4.0`);
  return (await crane('digest', `${source}/app:1.4.0`)).trim();
}

describeWith([...REGISTRIES, 'skopeo', 'crane'], 'an index copied from registry to registry', (things) => {
  let scene: Scene;
  let digest: string;

  beforeAll(async () => {
    scene = await setScene(things);
    digest = await pushIndex(scene);
  });
  afterAll(() => scene.end());
  beforeEach(() => {
    scene.proxy.takeRequests();
  });

  const digestByCrane = async (name: string) => (await scene.tool('crane', ['--insecure', 'digest', name])).trim();

  const inspectRaw = (tag: string) =>
    scene.tool('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${scene.target}/app:${tag}`]);

  it('shows in a dry run what it would do, and writes nothing', async () => {
    const { code, output } = await scene.nx('run', 'app:copy', '--dryRun');
    expect(output).toContain(digest);
    expect(output).toMatch(/copies\/app:1\.4\.0 +create/);
    expect(code).toBe(0);
    expect(writingRequests(scene.proxy.takeRequests()).filter(({ status }) => status !== 401)).toEqual([]);
  });

  it('has the same digest at the target, as crane and skopeo confirm by reading every byte', async () => {
    const { code, output } = await scene.nx('run', 'app:copy');
    expect(output).toContain(`app:1.4.0 is ${digest} at every target`);
    expect(code).toBe(0);
    expect(uploadedBlobs(scene.proxy.takeRequests())).toHaveLength(4);
    expect(await digestByCrane(`${scene.target}/app:1.4.0`)).toBe(digest);
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      await scene.tool('crane', ['--insecure', '--platform', platform, 'validate', '--remote', `${scene.target}/app:1.4.0`]);
    }
    for (const architecture of ['amd64', 'arm64']) {
      const from = ['--src-tls-verify=false', `docker://${scene.target}/app:1.4.0`];
      await scene.tool('skopeo', ['--override-arch', architecture, 'copy', ...from, `dir:${scene.workspace.root}/pulled-${architecture}`]);
    }
    expect(digestOf(Buffer.from(await inspectRaw('1.4.0')))).toBe(digest);
    const report = JSON.parse(readFileSync(join(scene.workspace.root, 'dist/copies/app/copy.json'), 'utf8')) as unknown;
    expect(report).toMatchObject({ outcome: 'copied', images: [{ digest, to: [{ sent: { count: 7 } }] }] });
  });

  it('is left unchanged by a second copy', async () => {
    const { code, output } = await scene.nx('run', 'app:copy');
    expect(output).toContain('nothing, up to date');
    expect(code).toBe(0);
    expect(writingRequests(scene.proxy.takeRequests())).toEqual([]);
  });

  it('gets more tags without any upload', async () => {
    const { code } = await scene.nx(
      'run',
      'app:copy',
      `--from=${scene.proxy.host}/${scene.targetPlace('app').repository}@${digest}`,
      '--tags=v1.4.0,stable',
    );
    expect(code).toBe(0);
    expect(uploadedBlobs(scene.proxy.takeRequests())).toEqual([]);
    expect(await listTags(scene.targetPlace('app'))).toEqual(['1.4.0', 'stable', 'v1.4.0']);
    expect(await digestByCrane(`${scene.target}/app:stable`)).toBe(digest);
  });

  it('stays unchanged when its version is a different image at the source', async () => {
    const { code, output } = await scene.nx('run', 'app:copy', `--from=${scene.source}/app:arm64`, '--to=guarded', '--tags=1.4.0');
    expect(output).toContain('Nothing was copied');
    expect(output).toContain('--noClobber=false');
    expect(code).toBe(1);
    expect(writingRequests(scene.proxy.takeRequests()).filter(({ status }) => status !== 401)).toEqual([]);
    expect(await digestByCrane(`${scene.target}/app:1.4.0`)).toBe(digest);
  });

  it('can be reduced to one platform, which makes a new index', async () => {
    const { code, output } = await scene.nx(
      'run',
      'app:copy',
      `--from=${scene.source}/app:1.4.0`,
      '--to=guarded',
      '--tags=arm',
      '--platforms=linux/arm64',
    );
    expect(output).toContain(`not the source's ${digest}`);
    expect(code).toBe(0);
    const raw = JSON.parse(await inspectRaw('arm')) as {
      readonly manifests: readonly { readonly platform: unknown }[];
    };
    expect(raw.manifests.map(({ platform }) => platform)).toMatchObject([{ os: 'linux', architecture: 'arm64' }]);
  });

  it('has all mistakes of its options reported at once', async () => {
    const { code, output } = await scene.nx('run', 'app:copy', '--form=x', '--from=Bad', '--to=gaurded');
    expect(output).toContain('did you mean `from`?');
    expect(output).toContain('did you mean `guarded`?');
    expect(output).toContain('"Bad" is not an image reference');
    expect(code).toBe(1);
    expect(scene.proxy.takeRequests()).toEqual([]);
  });

  it('is described by --help', async () => {
    const { output } = await scene.nx('run', 'app:copy', '--help');
    for (const option of ['from', 'to', 'tags', 'platforms', 'referrers', 'noClobber', 'dryRun']) expect(output).toContain(`--${option}`);
  });
});

interface Form {
  readonly how: string;
  readonly image: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signing: readonly string[];
  readonly verifying: readonly string[];
}

const COSIGN_2: readonly Form[] = [
  { how: 'cosign’s own tags', image: 'tags', signing: [], verifying: [] },
  {
    how: 'the list of referrers',
    image: 'referrers',
    env: { COSIGN_EXPERIMENTAL: '1' },
    signing: ['--registry-referrers-mode=oci-1-1'],
    verifying: ['--experimental-oci11'],
  },
];

// Without the online services of its signing configuration: no key is looked up, no log is written.
const OFFLINE_3 = '--use-signing-config=false';

const COSIGN_3: readonly Form[] = [
  { how: 'a bundle among the referrers', image: 'bundles-3', signing: [OFFLINE_3], verifying: [] },
  {
    how: 'cosign’s own tags',
    image: 'tags-3',
    signing: [OFFLINE_3, '--new-bundle-format=false'],
    verifying: ['--new-bundle-format=false'],
  },
];

const SIGNERS: readonly { readonly program: string; readonly forms: readonly Form[] }[] = [
  { program: 'cosign', forms: COSIGN_2 },
  { program: 'cosign-3', forms: COSIGN_3 },
];

for (const { program, forms } of SIGNERS) {
  describeWith([...REGISTRIES, 'crane', program], `an image signed by ${program}`, (things) => {
    let scene: Scene;
    let digest: string;
    const offline = ['--allow-http-registry', '--allow-insecure-registry'];
    const cosign = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
      scene.tool(program, args, { COSIGN_PASSWORD: 'of this test', ...env });

    beforeAll(async () => {
      scene = await setScene(things);
      digest = await pushIndex(scene);
      await cosign(['generate-key-pair']);
    });
    afterAll(() => scene.end());

    const sign = (env: NodeJS.ProcessEnv, ...more: string[]) =>
      cosign(
        [
          'sign',
          '--yes',
          '--key',
          'cosign.key',
          '--tlog-upload=false',
          '--recursive',
          ...offline,
          ...more,
          `${scene.source}/app@${digest}`,
        ],
        env,
      );
    const verify = (name: string, env: NodeJS.ProcessEnv, ...more: string[]) =>
      cosign(['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog', ...offline, ...more, name], env);

    it.each(forms)('is copied with its signatures, stored as $how, which still verify', async ({ image, env = {}, signing, verifying }) => {
      await sign(env, ...signing);
      const to = `${scene.proxy.host}/${scene.targetPlace(image).repository}:1.4.0`;
      await expect(verify(`${scene.target}/${image}@${digest}`, env, ...verifying)).rejects.toThrow();

      const { code, output } = await scene.nx('run', 'app:copy', `--from=${scene.source}/app:1.4.0`, `--to=${to}`);

      expect(output).toMatch(/referrers \(signatures, SBOMs …\) copied/);
      expect(code).toBe(0);
      expect(await verify(`${scene.target}/${image}@${digest}`, env, ...verifying)).toContain(
        'The signatures were verified against the specified public key',
      );
    });
  });
}

describeWith([...REGISTRIES, 'crane', 'helm'], 'a Helm chart', (things) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await setScene(things);
  });
  afterAll(() => scene.end());

  it('is copied like an image, and helm can pull it from the target', async () => {
    const { workspace, tool, source, target } = scene;
    const helm = (...args: string[]) =>
      tool('helm', [...args, '--registry-config', join(workspace.root, '.caches/tools/config.json')], {
        HOME: join(workspace.root, '.caches/home'),
      });
    workspace.write('charts/web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.3.0+build.7\n');
    workspace.write('charts/web/templates/note.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: note }\n');
    await helm('package', 'charts/web', '--destination', 'charts');
    await helm('push', 'charts/web-0.3.0+build.7.tgz', `oci://${source}/charts`, '--plain-http');

    const { code, output } = await scene.nx('run', 'app:copy', `--from=${source}/charts/web:0.3.0_build.7`, '--to=guarded');

    expect(output).toContain('is sha256:');
    expect(code).toBe(0);
    mkdirSync(join(workspace.root, 'pulled'));
    await helm('pull', `oci://${target}/charts/web`, '--version', '0.3.0+build.7', '--destination', 'pulled', '--plain-http');
    expect(readFileSync(join(workspace.root, 'pulled/web-0.3.0+build.7.tgz'))).toEqual(
      readFileSync(join(workspace.root, 'charts/web-0.3.0+build.7.tgz')),
    );
  });
});
