import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type BuildOptions } from '../build/written-options';
import { createImageBuilder } from '../build/build-images';
import { publish } from '../program/publish';
import { type TestOptions } from './options';
import { createImageTester } from './test-images';

// A program of this machine that needs libraries, and those libraries.
const PROGRAM = '/bin/sh';
const librariesOf = (program: string) =>
  [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the static test of an image', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-image-test-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Files by their path below `files`; a text that begins with `@` is a file of this machine to copy. */
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'files', path)), { recursive: true });
      if (text.startsWith('@')) copyFileSync(realpathSync(text.slice(1)), join(root, 'files', path));
      else writeFileSync(join(root, 'files', path), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
    }
  };
  const system = () => Object.fromEntries([PROGRAM, ...librariesOf(PROGRAM)].map((path) => [path.slice(1), `@${path}`]));

  const build = async (options: BuildOptions) => {
    const builder = createImageBuilder({ workspaceRoot: root, env: process.env });
    const layers = [{ from: 'files', to: '/' }];
    try {
      await builder.build({ project: 'api', projectRoot: root, options: { engine: 'native', layers, ...options }, print: () => undefined });
    } finally {
      await builder.close();
    }
  };
  const test = async (options: TestOptions = {}) => {
    const withoutRun = { run: 'never' as const, ...options };
    const tester = createImageTester({ workspaceRoot: root, env: { ...process.env, HOME: root, NX_SKIP_NX_CACHE: 'true' } });
    try {
      return await tester.test({ project: 'api', options: withoutRun });
    } catch (error) {
      if (!isOciError(error)) throw error;
      return `${error.code} ${error.message}`;
    } finally {
      await tester.close();
    }
  };

  it('passes a complete image, and lists what was checked', async () => {
    write(system());
    await build({ cmd: ['sh'], env: { PATH: '/bin' }, user: '1000', ports: [8080] });
    const text = await test({ files: ['/bin/sh'], user: '1000', ports: [8080], env: { PATH: '/bin' }, maxSize: '100 MB' });
    expect(text).toMatch(/^api {2}sha256:\w+ {2}linux\/amd64, tested\n/);
    expect(text).toMatch(/✔ user, ports, env as expected\n.*✔ 1 file as expected\n.*✔ \/bin\/sh has its (?:\d+ libraries|library)/s);
  });

  it('reports a missing shared library, and the file that needs it', async () => {
    write(Object.fromEntries(Object.entries(system()).filter(([path]) => !path.endsWith('libc.so.6'))));
    await build({ cmd: ['/bin/sh'] });
    expect(await test()).toMatch(
      /^IMAGE_FAULTY The image of api has 1 fault:\n {2}\/bin\/sh needs libc.so.6, which is not in the image → install/,
    );
    expect(await test({ optional: ['libc.so.6'] })).toContain('tested');
  });

  it('reports a missing loader', async () => {
    write({ 'bin/sh': `@${PROGRAM}` });
    await build({ cmd: ['/bin/sh'] });
    expect(await test()).toMatch(/needs the loader \/lib\S+, which is not in the image → it was built for glibc/);
  });

  it('reports a program for another architecture', async () => {
    write(system());
    const program = readFileSync(join(root, 'files/bin/sh'));
    program.writeUInt16LE(183, 18);
    writeFileSync(join(root, 'files/bin/sh'), program);
    // Not by an absolute path, which the build itself would check.
    await build({ cmd: ['sh'], env: { PATH: '/bin' } });
    expect(await test()).toContain('/bin/sh is for arm64, the image for linux/amd64 → build it for the platform of the image');
  });

  describe('for several platforms', () => {
    const platforms = ['linux/amd64', 'linux/arm64'];

    it('names the platform that a file of a shared layer does not run on', async () => {
      write(system());
      // A build does not search PATH, only the test does.
      await build({ platforms, cmd: ['sh'], env: { PATH: '/bin' } });
      const text = await test();
      expect(text).toContain('linux/arm64: /bin/sh is for amd64, the image for linux/arm64 → build it for the platform of the image');
      expect(text).not.toContain('linux/amd64: /bin/sh');
    });

    it('passes if each has its own files, and lists the checks of each', async () => {
      write(system());
      cpSync(join(root, 'files'), join(root, 'arm64'), { recursive: true });
      for (const path of Object.keys(system())) {
        const program = readFileSync(join(root, 'arm64', path));
        program.writeUInt16LE(183, 18);
        writeFileSync(join(root, 'arm64', path), program);
      }
      const layers = [
        { from: 'files', to: '/', platform: 'linux/amd64' },
        { from: '{arch}', to: '/', platform: 'linux/arm64' },
      ];
      // The library folders of this machine, which differ from those of the other architecture.
      const folders = [...new Set(librariesOf(PROGRAM).map(dirname))].join(':');
      await build({ platforms, layers, cmd: ['/bin/sh'], env: { LD_LIBRARY_PATH: folders } });
      const text = await test({ files: ['/bin/sh'], maxSize: '100 MB' });
      expect(text).toMatch(/^api {2}sha256:\w+ {2}linux\/amd64, linux\/arm64, tested\n/);
      expect(text).toContain('✔ linux/amd64: 1 file as expected');
      expect(text).toContain('✔ linux/arm64: 1 file as expected');
    });
  });

  it('reports a program that is not on the PATH, or cannot be run', async () => {
    write({ ...system(), 'opt/tool': '#!/bin/sh\necho\n' });
    await build({ cmd: ['node', 'main.js'], env: { PATH: '/bin:/opt' } });
    expect(await test()).toContain('the program node is in none of the folders of PATH (/bin, /opt)');
    await build({ cmd: ['tool'], env: { PATH: '/bin:/opt' }, layers: [{ from: 'files', to: '/', mode: '644' }] });
    expect(await test()).toContain('/opt/tool is not executable for the user root (mode 644, owner 0:0)');
  });

  it('follows links, and reports the target of a broken one', async () => {
    write({ ...system(), 'opt/tool': '#!/bin/gone\n' });
    symlinkSync('../opt/missing', join(root, 'files/bin/broken'));
    symlinkSync('../opt/tool', join(root, 'files/bin/tool'));
    await build({ cmd: ['/bin/broken'] });
    expect(await test()).toContain('/bin/broken leads to /opt/missing through the link /bin/broken, which is not in the image');
    await build({ cmd: ['/bin/tool'] });
    expect(await test()).toContain('/bin/tool begins with #!/bin/gone: the image runs /bin/gone, which is not in the image');
  });

  it('reports all missing modules at once, with the importing files', async () => {
    const modules = {
      'app/main.js': 'const e = require("express"); const own = require("./own"); const a = require("a"); require("node:fs");',
      'app/own.js': 'exports.late = () => require("late"); try { require("maybe"); } catch {}',
      'app/node_modules/a/package.json': '{ "exports": { ".": "./lib.mjs" }, "type": "module" }',
      'app/node_modules/a/lib.mjs': 'import "b/sub"; import { readFile } from "fs/promises"; import "./gone.js";',
      'app/node_modules/b/package.json': '{ "exports": { ".": "./b.js" } }',
      'bin/node': '#!/bin/sh\n',
    };
    write({ ...system(), ...modules });
    await build({ cmd: ['node', 'main.js'], env: { PATH: '/bin' }, workdir: '/app' });
    const text = await test({ files: ['/app/missing.txt'] });
    expect(text).toContain('has 4 faults');
    expect(text).toContain('/app/missing.txt is required, but not in the image → put it into a layer');
    expect(text).toContain('/app/main.js requires express, which is not in the image → put node_modules with it into a layer');
    expect(text).toContain('lib.mjs imports b/sub, which is not in `exports` of /app/node_modules/b/package.json');
    expect(text).toContain('/app/node_modules/a/lib.mjs imports ./gone.js, which is not in the image → put the file into a layer');
    expect(text).toContain('warning: /app/own.js requires late, which is not in the image: the program fails if it runs that code');
  });

  it('compares the config of the image', async () => {
    write(system());
    await build({ cmd: ['/bin/sh'] });
    const text = await test({ user: '1000', ports: [80, '53/udp'], env: { MODE: 'a' }, maxSize: '1 kB' });
    expect(text).toContain('the user is root, because none is set, not 1000 → set `user`');
    expect(text).toContain('the image does not expose the port 80/tcp, 53/udp: it exposes none');
    expect(text).toContain('the variable MODE is not set');
    expect(text).toMatch(/the compressed image has [\d.]+ \w+, more than 1.0 kB/);
  });

  it('reports an unknown user', async () => {
    write({ ...system(), 'etc/passwd': 'root:x:0:0::/:/bin/sh\n' });
    await build({ cmd: ['/bin/sh'], user: 'web' });
    expect(await test()).toContain('the user web is not in /etc/passwd → name one that is there, or use numbers');
  });

  it('reports all wrong options at once', async () => {
    const text = await test({ ports: ['a'], maxSize: 'big', files: ['rel'], maxSiz: 1 } as TestOptions);
    expect(text).toMatch(/^OPTIONS_INVALID Cannot test the image of api: 4 problems/);
    expect(text).toContain('unknown option `maxSiz` → did you mean `maxSize`?');
  });

  describe('of a base that its layout only names', () => {
    let registry: RunningRegistry;

    beforeEach(async () => {
      registry = await startRegistry();
      write({ ...system(), 'app/x': '' });
      const base: BuildOptions = { engine: 'native', layers: [{ from: 'files', to: '/' }] };
      const registries = { own: { host: registry.host } };
      await publish({ images: { base }, tags: ['literal:1'], registries, folder: root, env: { ...process.env, HOME: root } });
      rmSync(join(root, 'files'), { recursive: true });
      write({ 'app/main.txt': 'hello' });
      await build({ base: `${registry.host}/base:1`, cmd: ['/bin/sh'] });
    });
    afterEach(() => registry.close());

    const blobsAsked = () => registry.log.entries().filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length;

    it('fetches its layers once', async () => {
      expect(await test()).toContain('/bin/sh has its');
      const asked = blobsAsked();
      expect(await test()).toContain('/bin/sh has its');
      expect(blobsAsked()).toBe(asked);
    });

    it('reads them again if the cache is damaged', async () => {
      await test();
      const folder = join(root, 'node_modules/.cache/nx-oci/layer-facts-1');
      for (const name of await readdir(folder)) writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').slice(0, -9));
      const asked = blobsAsked();
      expect(await test()).toContain('/bin/sh has its');
      expect(blobsAsked()).toBeGreaterThan(asked);
    });

    it('is tested once more if its layout was copied to another machine', async () => {
      const elsewhere = await mkdtemp(join(tmpdir(), 'nx-oci-image-test-'));
      const testAt = async (workspaceRoot: string) => {
        const tester = createImageTester({ workspaceRoot, env: { ...process.env, HOME: root } });
        const text = await tester.test({ project: 'api', options: { run: 'never', files: ['/app/main.txt'] } });
        await tester.close();
        return text;
      };
      expect([await testAt(root), await testAt(root)].map((text) => /, as before$/.test(text))).toEqual([false, true]);
      cpSync(join(root, 'dist/images'), join(elsewhere, 'dist/images'), { recursive: true });
      rmSync(join(root, 'dist'), { recursive: true });
      expect([await testAt(elsewhere), await testAt(elsewhere)].map((text) => /, as before$/.test(text))).toEqual([false, true]);
      await rm(elsewhere, { recursive: true });
    });

    it('reports what it could not check without a network, and fails for required files', async () => {
      await registry.close();
      const text = await test();
      expect(text).toMatch(/tested\n {2}warning: not checked: what it runs and needs: layer sha256:\w+ could not be read: Cannot /);
      expect(text).not.toContain('✔');
      expect(await test({ files: ['/bin/sh'] })).toMatch(/IMAGE_FAULTY.*cannot check whether \/bin\/sh is in the image/s);
    });
  });
});
