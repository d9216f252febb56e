import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOciError, type Digest } from '@nx-oci/model';
import { describeWith } from '@nx-oci/model/testing';

import type { BuildJob } from '../engine';
import { imageFolder, readImageRecord } from '../image-record';
import { runToolOrFail } from '../run-tool';
import { dockerCall, dockerPurpose } from './docker-call';
import { createDockerEngine, type DockerEngine } from './docker-engine';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { inspectImage } from './inspect-image';
import { localImageName } from '../local-name';

describe('Docker Engine that is not there', () => {
  it('is told apart from a docker command that is not there', async () => {
    const engine = createDockerEngine({ env: { PATH: tmpdir() }, workspaceRoot: tmpdir() });
    await expect(engine.readFacts()).rejects.toMatchObject({ code: 'ENGINE_MISSING', hint: expect.stringContaining('native') });
    await engine.close();
  });
});

describeWith(['docker', 'distribution-2.8-login', 'distribution-3-login'], 'Docker Engine', (things) => {
  const { dockerHost } = things.server('docker');
  const guarded = things.server('distribution-3-login');
  let root: string;
  let env: NodeJS.ProcessEnv;
  let engine: DockerEngine;
  let lines: string[];

  const docker = async (...args: readonly string[]) =>
    (await runToolOrFail(dockerCall({ env, workspaceRoot: root }, args), dockerPurpose('prepare a test'))).stdout.trim();

  const writeProject = async (dockerfile: string): Promise<DockerfileOptions> => {
    const context = join(root, 'api');
    await mkdir(context, { recursive: true });
    await writeFile(join(context, 'content.txt'), root);
    await writeFile(join(context, 'Dockerfile'), dockerfile);
    return { dockerfile: join(context, 'Dockerfile'), context, buildArgs: {}, secrets: [], labels: { team: 'a' }, noCache: false };
  };

  const job = (): BuildJob => ({
    project: 'api',
    workspaceRoot: root,
    folder: imageFolder(root, 'api'),
    print: (line) => lines.push(line),
  });

  const buildImage = async (): Promise<Digest> => {
    const { record } = await engine.build(await writeProject('FROM scratch\nCOPY content.txt /\nCMD ["/none"]\n'), job());
    if (record.output.kind !== 'engine') throw new Error('docker keeps its images itself');
    return record.output.imageId;
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-docker-spec-'));
    env = { PATH: process.env.PATH, HOME: root, DOCKER_HOST: dockerHost };
    lines = [];
    engine = createDockerEngine({ env, workspaceRoot: root, stampLabels: () => Promise.resolve({ stamp: 'yes', team: 'stamp' }) });
  });

  afterEach(async () => {
    await engine.close();
    const image = await inspectImage({ env, workspaceRoot: root }, localImageName(root, 'api'));
    if (image !== undefined) await docker('image', 'rm', '-f', image.id);
    await rm(root, { recursive: true, force: true });
  });

  it('builds a Dockerfile and leaves a record of what it made', async () => {
    const id = await buildImage();
    expect(await readImageRecord(imageFolder(root, 'api'))).toMatchObject({
      engine: 'docker',
      platform: expect.stringMatching(/^linux\//),
      output: { kind: 'engine', imageId: id, name: localImageName(root, 'api') },
    });
    const image = await engine.inspect(id);
    expect(image?.tags).toEqual([localImageName(root, 'api')]);
    expect(image?.labels).toMatchObject({ 'dev.nx-oci.project': 'api', stamp: 'yes', team: 'a' });
  });

  it("shows the builder's own words when a step fails, and leaves no record", async () => {
    await buildImage();
    const options = await writeProject('FROM scratch\nCOPY no-such-file /\n');
    await expect(engine.build(options, job())).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('no-such-file'),
    });
    expect(lines.join('\n')).toContain('COPY no-such-file');
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('says where it looked when no engine answers', async () => {
    const lost = createDockerEngine({ env: { ...env, DOCKER_HOST: `unix://${root}/none.sock` }, workspaceRoot: root });
    const failure: unknown = await lost.readFacts().catch((error: unknown) => error);
    await lost.close();
    expect(isOciError(failure, 'ENGINE_UNREACHABLE')).toBe(true);
    expect(String(failure)).toContain(`unix://${root}/none.sock (DOCKER_HOST)`);
  });

  it.each(['distribution-2.8-login', 'distribution-3-login'])(
    'pushes to %s and leaves no trace: no name, no login, no word in the process list',
    async (name) => {
      const { host, username, password } = things.server(name);
      await mkdir(join(root, '.docker/contexts'), { recursive: true });
      const settings = { currentContext: 'default', auths: { 'other.test': { auth: 'b3RoZXI6c2VjcmV0' } } };
      await writeFile(join(root, '.docker/config.json'), JSON.stringify(settings));
      const id = await buildImage();
      const before = await folders('nx-oci-docker-');
      const watch = watchCommandLines(password);
      const target = { registry: host, repository: `specs/${root.slice(-6).toLowerCase()}`, tag: 'abc1234' };

      const pushed = await engine.push({ imageId: id, target }, { username, password });
      const during = (await folders('nx-oci-docker-')).filter((folder) => !before.includes(folder));
      await engine.close();

      expect(pushed.layers).toEqual({ sent: 1, present: 0, mounted: 0 });
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const accept = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
      const answer = await fetch(`http://${host}/v2/${target.repository}/manifests/abc1234`, { headers: { authorization, accept } });
      expect(answer.headers.get('docker-content-digest')).toBe(pushed.digest);
      const left = await inspectImage({ env, workspaceRoot: root }, id);
      expect(left?.tags).toEqual([localImageName(root, 'api')]);
      // The containerd store has a digest under each name that it keeps; of the registry there is none.
      expect(left?.repoDigests.filter((digest) => !digest.startsWith('nx-oci/api@'))).toEqual([]);
      expect(watch.stop()).toEqual({ looked: true, seen: [] });
      expect(during).toHaveLength(1);
      expect(await folders('nx-oci-docker-')).not.toContain(during[0]);
      expect(JSON.parse(await readFile(join(root, '.docker/config.json'), 'utf8'))).toEqual(settings);
    },
  );

  it('gives back a name of the registry that the user had', async () => {
    const { host, username, password } = guarded;
    const id = await buildImage();
    const foreign = await docker('build', '--quiet', '--label=foreign=yes', join(root, 'api'));
    const target = { registry: host, repository: 'specs/had', tag: root.slice(-6) };
    await docker('tag', foreign, `${host}/specs/had:${target.tag}`);
    await engine.push({ imageId: id, target }, { username, password });
    expect((await engine.inspect(`${host}/specs/had:${target.tag}`))?.id).toBe(foreign);
    await docker('image', 'rm', '-f', foreign);
  });

  it('tells a wrong password apart, without repeating it', async () => {
    const { host, username } = guarded;
    const target = { registry: host, repository: 'specs/none', tag: 'a' };
    const failure: unknown = await engine
      .push({ imageId: await buildImage(), target }, { username, password: 'CANARY' })
      .catch((e: unknown) => e);
    expect(isOciError(failure, 'UNAUTHORIZED')).toBe(true);
    expect(JSON.stringify([String(failure), (failure as { hint: string }).hint, lines])).not.toContain('CANARY');
  });

  it('keeps the login out of the key ring of the machine', async () => {
    const { host, username, password } = guarded;
    const bin = join(root, 'bin');
    await mkdir(bin);
    for (const name of ['secretservice', 'pass']) {
      await writeFile(join(bin, `docker-credential-${name}`), `#!/bin/sh\ntouch ${root}/asked\n`);
      await chmod(join(bin, `docker-credential-${name}`), 0o755);
    }
    await writeFile(join(bin, 'pass'), '#!/bin/sh\n');
    await chmod(join(bin, 'pass'), 0o755);
    const ringed = createDockerEngine({ env: { ...env, PATH: `${bin}:${process.env.PATH ?? ''}` }, workspaceRoot: root });
    const target = { registry: host, repository: 'specs/ring', tag: root.slice(-6) };
    await ringed.push({ imageId: await buildImage(), target }, { username, password });
    await ringed.close();
    await expect(stat(join(root, 'asked'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops a push that hangs, and takes its login away', async () => {
    const imageId = await buildImage();
    const deaf = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const before = await folders('nx-oci-docker-');
    const target = { registry: `127.0.0.1:${(deaf.address() as AddressInfo).port}`, repository: 'x', tag: '1' };
    const push = engine.push({ imageId, target }, { username: 'me', password: 'CANARY' }).catch((error: unknown) => error);
    const [connection] = (await once(deaf, 'connection')) as [Socket];
    expect(await folders('nx-oci-docker-')).toHaveLength(before.length + 1);
    await engine.close();
    expect(isOciError(await push, 'ABORTED')).toBe(true);
    expect(await folders('nx-oci-docker-')).toEqual(before);
    connection.destroy();
    deaf.close();
  });

  it('removes what it made, and what it made alone', async () => {
    const id = await buildImage();
    const foreign = `foreign.test/${root.slice(-6).toLowerCase()}:1`;
    await docker('tag', id, foreign);
    const names = [localImageName(root, 'api')];
    expect(await engine.remove(id, names)).toEqual({ kind: 'kept', reason: `it is also named ${foreign}` });
    expect((await engine.inspect(id))?.tags).toEqual([foreign]);
    await docker('image', 'rm', foreign);
    expect(await engine.remove(id, names)).toEqual({ kind: 'absent' });
  });

  it('removes an image that has lost its name', async () => {
    const id = await buildImage();
    await writeFile(join(root, 'api/content.txt'), 'changed');
    const { record } = await engine.build(await writeProject('FROM scratch\nCOPY content.txt /other\n'), job());
    expect(record.output).not.toMatchObject({ imageId: id });
    expect(await engine.remove(id, [localImageName(root, 'api')])).toEqual({ kind: 'removed' });
    expect(await engine.inspect(id)).toBeUndefined();
    expect(await engine.inspect(localImageName(root, 'api'))).toBeDefined();
  });
});

async function folders(prefix: string): Promise<readonly string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(prefix) && !name.startsWith('nx-oci-docker-spec-'));
}

/** Samples the process list for a secret, and for the docker command, which shows that it looked. */
function watchCommandLines(secret: string) {
  const seen: string[] = [];
  let looked = false;
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const line = readCommandLine(pid);
      if (line.includes(secret)) seen.push(line);
      if (line.startsWith('docker\0push')) looked = true;
    }
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return { looked, seen };
    },
  };
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // Ended between the two looks.
    return '';
  }
}
