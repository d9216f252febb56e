import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { makeBusyboxBase } from './support/busybox-base';
import { openDocker, type DockerClient } from './support/docker-client';
import './support/long-timeout';
import { listTags, readImage, type RepositoryToRead } from './support/read-back';
import { startRecordingProxy, uploadedBlobs, writingRequests, writtenReferences, type RecordingProxy } from './support/recording-proxy';
import { digestBySkopeo } from './support/skopeo';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const NEEDS = ['docker', 'distribution-2.8-login', 'distribution-3', 'skopeo'];

// A user's logins and settings, formatted as no program would write them.
const USERS_DOCKER_CONFIG = '{"auths": {"registry.example.com":{"auth":"c29tZWJvZHk6c29tZXRoaW5n"}},\n  "detachKeys":"ctrl-e,e" }\n';

describeWith(NEEDS, 'a Dockerfile published through Docker Engine', (things) => {
  const guarded = things.server('distribution-2.8-login');
  const open = things.server('distribution-3');
  const { dockerHost } = things.server('docker');
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  const places: readonly RepositoryToRead[] = [
    { host: guarded.host, repository: `${namespace}/svc`, user: `${guarded.username}:${guarded.password}` },
    { host: open.host, repository: `${namespace}/svc` },
  ];

  let workspace: TestWorkspace;
  let engine: DockerClient;
  let base: string;
  let proxies: readonly RecordingProxy[];
  let environment: NodeJS.ProcessEnv;
  let sha: string;
  let firstImage: string;

  const nx = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => workspace.nx(args, { ...environment, ...env });
  const takeRequests = () => proxies.map((proxy) => proxy.takeRequests());
  const readReport = () =>
    JSON.parse(readFileSync(join(workspace.root, 'dist/images/svc/report.json'), 'utf8')) as { readonly digest: string };
  const localImages = () =>
    engine.docker('images', '--filter', `label=e2e.run=${namespace}`, '--format', '{{.Repository}}:{{.Tag}} {{.ID}}');

  const writeProject = (name: string, steps: string) => {
    workspace.write(
      `${name}/Dockerfile`,
      `FROM ${base}\nLABEL e2e.run=${namespace} \\\n  org.opencontainers.image.title="A service"\n${steps}\nCMD ["cat", "/baked.txt"]\n`,
    );
    workspace.write(`${name}/message.txt`, `baked by ${namespace}`);
    workspace.write(`${name}/package.json`, { name, version: '2.3.4' });
    // Inferred from its Dockerfile; only the options that differ from the defaults are written.
    workspace.write(`${name}/project.json`, { name, targets: { image: { options: { network: 'none' } } } });
  };

  beforeAll(async () => {
    engine = openDocker(dockerHost);
    base = await makeBusyboxBase(dockerHost);
    proxies = await Promise.all([guarded.host, open.host].map(startRecordingProxy));
    workspace = await makeWorkspace();
    workspace.write('.caches/docker/config.json', USERS_DOCKER_CONFIG);
    mkdirSync(join(workspace.root, '.caches/tmp'));
    environment = { DOCKER_HOST: dockerHost, TMPDIR: join(workspace.root, '.caches/tmp'), GUARDED_PASSWORD: guarded.password };
    workspace.write(
      'registries.yaml',
      [
        'registries:',
        `  guarded: { host: "${proxies[0]!.host}", namespace: ${namespace}, auth: { username: ${guarded.username}, password: "\${GUARDED_PASSWORD}" } }`,
        `  open: { host: "${proxies[1]!.host}", namespace: ${namespace} }`,
        'publish: { registries: [guarded, open], tags: [sha, major, latest] }',
      ].join('\n'),
    );
    writeProject('svc', 'COPY message.txt /\nRUN tr a-z A-Z < /message.txt > /baked.txt');
    sha = (await workspace.commit('a service')).slice(0, 7);
  });

  afterAll(async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    const ours = `label=e2e.run=${namespace}`;
    const left = await engine.docker('images', '--quiet', '--filter', ours);
    await engine.docker('image', 'rm', '--force', base, ...new Set(left.split('\n').filter(Boolean)));
    await engine.docker('image', 'prune', '--force', '--filter', ours);
    workspace.remove();
  });

  afterEach(() => {
    expect(readFileSync(join(workspace.root, '.caches/docker/config.json'), 'utf8')).toBe(USERS_DOCKER_CONFIG);
    expect(readdirSync(join(workspace.root, '.caches/docker'))).toEqual(['config.json']);
    expect(readdirSync(join(workspace.root, '.caches/tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);
  });

  it('is uploaded once to each registry, and gets three tags', async () => {
    const { code, output } = await nx(['run', 'svc:publish']);

    expect(output).toContain(`${sha}, v2, latest`);
    expect(code).toBe(0);
    firstImage = builtImage(output);
    for (const [index, requests] of takeRequests().entries()) {
      const { manifest, config } = await readImage(places[index]!, sha);
      expect([...uploadedBlobs(requests)].sort()).toEqual([manifest.config, ...manifest.layers].map(({ digest }) => digest).sort());
      expect(writtenReferences(requests).map(kindOfReference).sort()).toEqual(['a digest', sha, 'latest', 'v2'].sort());
      expect(config.config?.Labels).toMatchObject({
        'dev.nx-oci.project': 'svc',
        'org.opencontainers.image.title': 'A service',
        'org.opencontainers.image.revision': expect.stringMatching(sha),
      });
    }
  });

  it('has one digest under all tags of both registries, according to skopeo', async () => {
    const tags = [sha, 'v2', 'latest'];
    const digests = await Promise.all(places.flatMap((place) => tags.map((tag) => digestBySkopeo(things.tool('skopeo'), place, tag))));

    expect(new Set(digests)).toEqual(new Set([readReport().digest]));
    expect(await Promise.all(places.map(listTags))).toEqual([tags.sort(), tags.sort()]);
  });

  it('can be pulled by its digest, and runs', async () => {
    const name = `${open.host}/${namespace}/svc@${readReport().digest}`;

    expect(await engine.docker('run', '--rm', '--quiet', name)).toBe(`BAKED BY ${namespace.toUpperCase()}`);
    await engine.docker('image', 'rm', name);
  });

  it('is left unchanged by a second run of the same commit', async () => {
    const { code, output } = await nx(['run', 'svc:publish']);

    expect(output).toContain('nothing, up to date');
    expect(code).toBe(0);
    expect(takeRequests().map(writingRequests)).toEqual([[], []]);
  });

  it('is kept by --prune while a container uses it, with a message', async () => {
    const [name = ''] = (await localImages()).split(' ');
    const container = await engine.docker('run', '--detach', '--network=none', name, 'sleep', '600');
    try {
      const { code, output } = await nx(['run', 'svc:publish', '--prune']);

      expect(output).toMatch(/svc: removed .*svc, and kept nx-oci\/svc:\w+ in the store of docker: .*container/);
      expect(code).toBe(0);
      expect(await engine.docker('ps', '--quiet', '--no-trunc', '--filter', `id=${container}`)).toBe(container);
      expect(await localImages()).toContain(name);
    } finally {
      await engine.docker('rm', '--force', container);
    }
    takeRequests();
  });

  it('is removed by --prune, and no other image of the engine is', async () => {
    const foreign = `e2e.example/foreign:${namespace}`;
    await engine.docker('build', '--quiet', '--network=none', '--tag', foreign, '--label', 'foreign=yes', join(workspace.root, 'svc'));
    const before = (await localImages()).split('\n').filter((line) => !line.startsWith('nx-oci/svc:'));
    expect(before).toEqual([expect.stringContaining(foreign)]);

    const { code, output } = await nx(['run', 'svc:publish', '--prune']);

    expect(output).toMatch(/svc: removed .*svc, and nx-oci\/svc:\w+ from the store of docker/);
    expect(code).toBe(0);
    expect((await localImages()).split('\n')).toEqual(before);
    expect(takeRequests().map(writingRequests)).toEqual([[], []]);
    expect(await engine.docker('images', '--quiet', `${proxies[0]!.host}/${namespace}/svc`)).toBe('');
  });

  it('is not replaced when the same commit is built again', async () => {
    const { digest } = readReport();
    const { code, output } = await nx(['run', 'svc:publish', '--prune']);

    // Its configuration holds the time of the build.
    expect(builtImage(output)).not.toBe(firstImage);
    expect(output).toContain('nothing, up to date');
    expect(code).toBe(0);
    expect(readReport()).toMatchObject({ digest, adoptedFrom: 'guarded', outcome: 'upToDate' });
    expect(takeRequests().map(writingRequests)).toEqual([[], []]);
  });

  it('is not published when a step of the Dockerfile fails, and the output of that step is shown', async () => {
    writeProject('broken', 'RUN cat /nothing-is-here');
    const { code, output } = await nx(['run', 'broken:publish']);

    expect(output).toContain("cat: can't open '/nothing-is-here': No such file or directory");
    expect(output).toMatch(/Cannot build the image of broken: docker build failed with exit code 1\./);
    expect(output).toContain("→ Read the builder's output above, and fix broken/Dockerfile.");
    expect(output).toContain('It copies from broken; if files are missing there, set the option `context` to the right folder.');
    expect(code).toBe(1);
    expect(await engine.docker('ps', '--all', '--quiet', '--filter', `label=e2e.run=${namespace}`)).toBe('');
    expect(takeRequests()).toEqual([[], []]);
  });

  it('is refused with instructions when no engine answers', async () => {
    const { code, output } = await nx(['run', 'svc:publish'], { DOCKER_HOST: `unix://${workspace.root}/nobody.sock` });

    expect(output).toContain(`no engine answers at unix://${workspace.root}/nobody.sock (DOCKER_HOST)`);
    expect(output).toMatch(/→ Start Docker Desktop or run `sudo systemctl start docker`/);
    expect(code).toBe(1);
    expect(takeRequests()).toEqual([[], []]);
  });

  it('is refused with instructions when there is no docker command', async () => {
    const { code, output } = await nx(['run', 'svc:publish'], { PATH: pathWithoutDocker() });

    expect(output).toContain('Cannot ask Docker for its version: the program "docker" is not on the PATH.');
    expect(output).toContain('https://docs.docker.com/engine/install');
    expect(code).toBe(1);
    expect(takeRequests()).toEqual([[], []]);
  });

  it('moves no tag in any registry when one refuses the password', async () => {
    workspace.write('svc/message.txt', 'something new');
    await workspace.commit('a change');
    const { code, output } = await nx(['run', 'svc:publish'], { GUARDED_PASSWORD: 'not-the-password' });

    expect(output).toContain(`${proxies[0]!.host} did not accept the credentials.`);
    expect(output).toContain('the variable GUARDED_PASSWORD');
    expect(output).not.toContain('not-the-password');
    expect(code).toBe(1);
    expect(takeRequests().flatMap(writingRequests)).toEqual([]);
  });

  it('gets the tags of its commit and version before the floating ones, whatever the order of the rules', async () => {
    workspace.write('svc/message.txt', 'a release');
    const commit = (await workspace.commit('a release')).slice(0, 7);
    const { code, output } = await nx(['run', 'svc:publish', '--release=3.0.0', '--tags=version,sha,latest']);

    if (code !== 0) throw new Error(output);
    for (const requests of takeRequests()) {
      expect(writtenReferences(requests).map(kindOfReference)).toEqual(['a digest', commit, 'v3.0.0', 'latest']);
    }
  });

  it('has no tag anywhere before the last image of the run is verified, and one digest in all registries', async () => {
    workspace.write('svc/message.txt', 'two at once');
    writeProject('other', 'COPY message.txt /\nRUN cat /message.txt > /baked.txt');
    await workspace.commit('two images');
    const { code, output } = await nx(['run-many', '-t', 'publish', '-p', 'svc,other', '--tags=sha,latest']);

    if (code !== 0) throw new Error(output);
    const requests = takeRequests()
      .flat()
      .sort((a, b) => a.atMs - b.atMs);
    const puts = requests.filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'));
    const isByDigest = puts.map(({ path }) => path.includes('/manifests/sha256:'));
    // Both images by digest in both registries, then their tags.
    expect(isByDigest.indexOf(false)).toBe(4);
    expect(isByDigest.lastIndexOf(true)).toBe(3);
    for (const name of ['svc', 'other']) {
      const digests = await Promise.all(
        places.map(({ repository, ...place }) =>
          digestBySkopeo(things.tool('skopeo'), { ...place, repository: repository.replace(/svc$/, name) }, 'latest'),
        ),
      );
      expect(new Set(digests).size).toBe(1);
    }
  });

  it("is published from Nx's cache on a machine without Docker", async () => {
    workspace.write('svc/project.json', { name: 'svc', targets: { image: { cache: true, options: { network: 'none' } } } });
    workspace.write('svc/message.txt', 'cached');
    await workspace.commit('may be cached');
    expect((await nx(['run', 'svc:image'])).code).toBe(0);
    rmSync(join(workspace.root, 'dist/images/svc'), { recursive: true });
    workspace.write('notes.md', 'nothing of the image');
    const commit = (await workspace.commit('another commit')).slice(0, 7);
    const { code, output } = await nx(['run', 'svc:publish', '--prune'], {
      PATH: pathWithoutDocker(),
      DOCKER_HOST: 'unix:///nowhere/none.sock',
    });

    if (code !== 0) throw new Error(output);
    for (const place of places)
      expect((await readImage(place, commit)).config.config?.Labels).toMatchObject({ 'dev.nx-oci.project': 'svc' });
    const name = `${open.host}/${namespace}/svc:${commit}`;
    expect(await engine.docker('run', '--rm', '--quiet', name)).toBe('CACHED');
    await engine.docker('image', 'rm', name);
  });

  function pathWithoutDocker(): string {
    const folder = join(workspace.root, '.caches/bin');
    if (existsSync(folder)) return folder;
    mkdirSync(folder);
    for (const program of ['node', 'git']) symlinkSync(findProgram(program), join(folder, program));
    return folder;
  }
});

function kindOfReference(reference: string): string {
  return reference.startsWith('sha256:') ? 'a digest' : reference;
}

/** The digest of the image that Docker Engine built, as nx-oci printed it. */
function builtImage(output: string): string {
  return /^svc {2}(sha256:\w+)/m.exec(output)![1]!;
}

function findProgram(name: string): string {
  if (name === 'node') return process.execPath;
  const folder = process.env['PATH']!.split(':').find((candidate) => readdirIfThere(candidate).includes(name));
  return join(folder ?? dirname(name), name);
}

function readdirIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
