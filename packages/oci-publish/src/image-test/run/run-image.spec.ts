import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isOciError } from '@nx-oci/model';
import { describeWith } from '@nx-oci/model/testing';

import { createImageBuilder } from '../../build/build-images';
import { type BuildOptions } from '../../build/written-options';
import { localImageName } from '../../engines/names/local-name';
import { runTool } from '../../engines/tools/run-tool';
import { temporaryName } from '../../engines/tools/temporary-folder';
import { type TestOptions } from '../options';
import { createImageTester } from '../test-images';

const PATIENCE_MS = 120_000;
jest.setTimeout(PATIENCE_MS);

const PROJECTS = ['right', 'same', 'dies', 'ends', 'silent', 'wrong', 'fails', 'ignores'] as const;

// Long time limits only for good images: on a loaded machine they may need them.
const PATIENT = { startSeconds: 60 };

for (const name of ['docker', 'podman'] as const) {
  describeWith([name, 'busybox'], `an image that ${name} starts`, (things) => {
    let root: string;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'nx-oci-run-image-'));
      const store = join(root, 'store');
      writeFileSync(join(root, 'storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${store}"\nrunroot = "${store}-run"\n`);
      // A sandbox may not raise limits.
      writeFileSync(join(root, 'containers.conf'), '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n');
      const podman = { CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'), CONTAINERS_CONF: join(root, 'containers.conf') };
      const path = [...(name === 'podman' ? [dirname(things.tool('podman'))] : []), process.env['PATH']].join(':');
      env = { PATH: path, HOME: root, ...(name === 'docker' ? { DOCKER_HOST: things.server('docker').dockerHost } : podman) };
      mkdirSync(join(root, 'files/bin'), { recursive: true });
      copyFileSync(things.tool('busybox'), join(root, 'files/bin/busybox'));
      for (const applet of ['sh', 'sleep', 'httpd', 'cat', 'true', 'false']) symlinkSync('busybox', join(root, 'files/bin', applet));
    });
    afterAll(async () => {
      // Podman's store has folders of other users.
      if (name === 'podman') await runTool({ program: 'podman', args: ['system', 'reset', '--force'], env }, { purpose: '', install: '' });
      await rm(root, { recursive: true, force: true });
    });

    const test = async (project: string, image: BuildOptions, options: TestOptions) => {
      const builder = createImageBuilder({ workspaceRoot: root, env });
      const written = { engine: 'native', layers: [{ from: 'files', to: '/' }], env: { PATH: '/bin' }, ...image };
      await builder.build({ project, projectRoot: root, options: written, print: () => undefined });
      await builder.close();
      return testBuilt(project, options);
    };
    const testBuilt = async (project: string, options: TestOptions, environment = env) => {
      const tester = createImageTester({ workspaceRoot: root, env: environment });
      try {
        return await tester.test({ project, options: { engine: name, run: 'required', ...options } });
      } catch (error) {
        if (!isOciError(error)) throw error;
        return `${error.code} ${error.message}`;
      } finally {
        await tester.close();
      }
    };
    const listed = async (args: readonly string[]) => {
      const { stdout } = await runTool({ program: name, args, env }, { purpose: 'list', install: '' });
      return stdout.split('\n').filter((line) => line.trim() !== '');
    };

    it('passes if it answers, runs the command, and ends at its stop signal', async () => {
      const script = 'trap "exit 0" TERM; httpd -f -p 8080 -h /bin & wait';
      const options = { http: { port: 8080, path: '/cat', status: 200 }, command: ['true'], ...PATIENT };
      const text = await test('right', { cmd: ['sh', '-c', script] }, options);
      expect(text).toContain(`✔ it starts with ${name}, answers /cat on port 8080, runs \`true\`, ends when it is stopped`);
    });

    it('is that for the engine’s own platform, if there are several', async () => {
      const [own, other] = process.arch === 'arm64' ? (['arm64', 'amd64'] as const) : (['amd64', 'arm64'] as const);
      mkdirSync(join(root, 'other/bin'), { recursive: true });
      const program = readFileSync(things.tool('busybox'));
      program.writeUInt16LE(other === 'arm64' ? 183 : 62, 18);
      writeFileSync(join(root, 'other/bin/busybox'), program, { mode: 0o755 });
      const layers = [
        { from: 'files', to: '/', platform: `linux/${own}` },
        { from: 'other', to: '/', platform: `linux/${other}` },
      ];
      const image = { platforms: [`linux/${other}`, `linux/${own}`], layers, cmd: ['/bin/busybox', 'sleep', '600'] };
      expect(await test('several', image, { stopSeconds: 0, ...PATIENT })).toContain(`✔ it starts with ${name}, stays up`);
    });

    if (name === 'podman') {
      it('does not fail on a machine that cannot start containers', async () => {
        const limits = join(root, 'limits.conf');
        writeFileSync(limits, '[containers]\ndefault_ulimits = ["nofile=9999999999:9999999999"]\n');
        await test('right', { cmd: ['sleep', '60'] }, { run: 'never' });
        const limited = { ...env, CONTAINERS_CONF: limits };
        expect(await testBuilt('right', { run: 'auto' }, limited)).toMatch(/not checked.*podman could not start a container: /);
        const required = await testBuilt('right', {}, limited);
        expect(required).toContain('it could not be started: podman could not start a container: ');
        expect(required).not.toContain('correct its command');
      });
    }

    it('is not started again while it and its test are unchanged, unless requested', async () => {
      const options = { upSeconds: 0, ...PATIENT };
      expect(await test('same', { cmd: ['true'] }, options)).toContain('does its work');
      const without = { ...env, DOCKER_HOST: 'unix:///nowhere', PATH: '/nowhere' };
      expect(await testBuilt('same', options, without)).toMatch(/does its work.*, as before$/);
      expect(await testBuilt('same', options, { ...without, NX_SKIP_NX_CACHE: 'true' })).toMatch(
        /^IMAGE_FAULTY.*it could not be started: /s,
      );
    });

    it('fails with the last output if it dies at once', async () => {
      const text = await test('dies', { cmd: ['sh', '-c', 'echo no database; exit 3'] }, { http: { port: 80 }, ...PATIENT });
      expect(text).toMatch(
        /it started, but ended by itself after [\d.]+ s, with exit code 3 → fix the error in its last output\n {4}\| no database/,
      );
    });

    it('fails if it ends by itself without permission', async () => {
      expect(await test('ends', { cmd: ['true'] }, { upSeconds: 30 })).toContain(
        'with exit code 0 → keep it running, or set `upSeconds` to 0',
      );
    });

    it('fails if it does not answer, or answers something else', async () => {
      const silent = await test('silent', { cmd: ['sleep', '600'] }, { http: { port: 8080 }, startSeconds: 1 });
      expect(silent).toMatch(
        /it started, but within 1 s it does not answer \(\w+\) \(asked for \/ on port 8080\) → let it listen on 0\.0\.0\.0/,
      );
      const options = { http: { port: 8080, path: '/missing' }, startSeconds: 10 };
      expect(await test('wrong', { cmd: ['httpd', '-f', '-p', '8080', '-h', '/bin'] }, options)).toContain(
        'it answers 404, not 200 to 399',
      );
    });

    it('fails if its command fails', async () => {
      expect(await test('fails', { cmd: ['sleep', '600'] }, { command: ['false'], startSeconds: 1 })).toContain('`false` ends with 1');
    });

    it('fails if it ignores its stop signal', async () => {
      const text = await test('ignores', { cmd: ['sleep', '600'], stopSignal: 'SIGQUIT' }, { upSeconds: 0.1, stopSeconds: 1 });
      expect(text).toContain('it does not end within 1 s of SIGQUIT');
    });

    it('is removed at once when the test is stopped', async () => {
      const stop = new AbortController();
      const tester = createImageTester({ workspaceRoot: root, env, signal: stop.signal });
      // The image of the previous test.
      const options = { engine: name, run: 'required' as const, upSeconds: 600 };
      const tested = tester.test({ project: 'ignores', options }).then(
        () => 'passed',
        (error: unknown) => (isOciError(error) ? error.code : error),
      );
      const owned = ['ps', '--quiet', '--filter', `label=dev.nx-oci.owner=${temporaryName(process.pid)}`];
      const deadline = Date.now() + PATIENCE_MS / 2;
      while ((await listed(owned)).length === 0 && Date.now() < deadline) await sleep(100);
      stop.abort();
      expect(await tested).toBe('ABORTED');
      await tester.close();
      expect(await listed(owned)).toEqual([]);
    });

    it('leaves nothing in the engine', async () => {
      const owned = ['ps', '--all', '--quiet', '--filter', `label=dev.nx-oci.owner=${temporaryName(process.pid)}`];
      const own = PROJECTS.map((project) => localImageName(root, project).split('/')[1] ?? '');
      const tags = await listed(['images', '--format', '{{.Repository}}:{{.Tag}}']);
      expect([...(await listed(owned)), ...tags.filter((tag) => own.some((mine) => tag.includes(mine)))]).toEqual([]);
    });
  });
}

describeWith(['busybox'], 'an image on a machine without an engine', (things) => {
  it('passes without a run, with a message, and fails if a run is required', async () => {
    const root = await mkdtemp(join(tmpdir(), 'nx-oci-no-engine-'));
    mkdirSync(join(root, 'files'));
    copyFileSync(things.tool('busybox'), join(root, 'files/sh'));
    const env = { PATH: '/nowhere', HOME: root };
    const builder = createImageBuilder({ workspaceRoot: root, env });
    await builder.build({
      project: 'api',
      projectRoot: root,
      options: { engine: 'native', layers: [{ from: 'files', to: '/bin' }], cmd: ['/bin/sh'] },
      print: () => undefined,
    });
    await builder.close();
    const tester = createImageTester({ workspaceRoot: root, env });
    const text = await tester.test({ project: 'api', options: {} });
    expect(text).toContain('warning: not checked: that it starts: there is no command `docker`; there is no command `podman`');
    await expect(tester.test({ project: 'api', options: { run: 'required' } })).rejects.toThrow(
      /it could not be started: there is no command/,
    );
    await tester.close();
    await rm(root, { recursive: true });
  });
});
