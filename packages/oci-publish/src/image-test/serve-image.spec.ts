import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { createImageBuilder } from '../build/build-images';
import { runTool } from '../engines/tools/run-tool';
import { temporaryName } from '../engines/tools/temporary-folder';
import { type ServeImageOptions } from './serve-options';
import { serveImage } from './serve-image';

jest.setTimeout(120_000);

describeWith(['docker', 'busybox'], 'an image that runs on this machine', (things) => {
  let root: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-serve-image-'));
    env = { PATH: process.env['PATH'], HOME: root, DOCKER_HOST: things.server('docker').dockerHost, GREETING: 'from the environment' };
    mkdirSync(join(root, 'files/bin'), { recursive: true });
    copyFileSync(things.tool('busybox'), join(root, 'files/bin/busybox'));
    for (const applet of ['sh', 'httpd']) symlinkSync('busybox', join(root, 'files/bin', applet));
    writeFileSync(join(root, 'files/page.txt'), 'hello');
    const script = 'echo "$A, $GREETING"; trap "echo bye; exit 0" TERM; httpd -f -p 8080 -h / & wait';
    const options = {
      engine: 'native',
      layers: [{ from: 'files', to: '/' }],
      env: { PATH: '/bin' },
      cmd: ['sh', '-c', script],
      ports: [8080],
    };
    const builder = createImageBuilder({ workspaceRoot: root, env });
    await builder.build({ project: 'web', projectRoot: root, options, print: () => undefined });
    await builder.close();
  });
  afterAll(() => rm(root, { recursive: true }));

  const freePort = async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };
  const serve = async (options: ServeImageOptions) => {
    const lines: string[] = [];
    const served = await serveImage({ project: 'web', options, workspaceRoot: root, env, onLine: (line) => lines.push(line) });
    return { served, lines };
  };
  const left = async () => {
    const args = ['ps', '--all', '--quiet', '--filter', `label=dev.nx-oci.owner=${temporaryName(process.pid)}`];
    return (await runTool({ program: 'docker', args, env }, { purpose: 'list', install: '' })).stdout.trim();
  };

  it('answers on a port of this machine, shows its output, and is removed when it is stopped', async () => {
    const port = await freePort();
    const options = { ports: [`${port}:8080`], http: { port: 8080, path: '/page.txt' }, env: { A: 'hello', GREETING: null } };
    const { served, lines } = await serve(options);
    try {
      expect(served.description).toBe(`web runs with docker on http://127.0.0.1:${port}.`);
      expect(await served.ready).toBeUndefined();
      expect(await (await fetch(`http://127.0.0.1:${port}/page.txt`)).text()).toBe('hello');
    } finally {
      await served.stop();
    }
    expect(lines).toContain('hello, from the environment');
    expect(await left()).toBe('');
  });

  it('reports a used port, and leaves nothing', async () => {
    const port = await freePort();
    const first = await serve({ ports: [`${port}:8080`] });
    try {
      await expect(serve({ ports: [`${port}:8080`] })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    } finally {
      await first.served.stop();
    }
    expect(await left()).toBe('');
  });

  it('returns the exit code if it ends by itself, after its last output', async () => {
    const { served, lines } = await serve({ ports: [], args: ['sh', '-c', 'echo last; exit 4'] });
    expect(await served.ended).toBe(4);
    expect(lines).toEqual(['last']);
    await served.stop();
    expect(await left()).toBe('');
  });

  it('reports all wrong options at once', async () => {
    const wrong = serve({ ports: ['a', 0], host: '', engine: 'dockr' } as unknown as ServeImageOptions);
    await expect(wrong).rejects.toThrow(/Cannot run the image of web: 2 problems.*`docker`/s);
  });
});
