import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type ExecutorContext } from '@nx/devkit';
import { describeWith } from '@nx-oci/model/testing';
import { startRegistry } from '@nx-oci/registry';
import { createImageBuilder } from '@nx-oci/publish';
import { makePublishing } from '@nx-oci/publish/testing';

import pinExecutor from './executor';

jest.setTimeout(180_000);

describeWith(['docker', 'busybox', 'compose'], 'a compose file that was pinned', (things) => {
  it('starts the published image, and only that', async () => {
    const registry = await startRegistry();
    const publishing = makePublishing(`{ host: '${registry.host}' }`);
    const { workspace } = publishing;
    const { root } = workspace;
    const env = { PATH: process.env['PATH'], HOME: root, DOCKER_HOST: things.server('docker').dockerHost };
    const project = ['--project-directory', root, '--project-name', `nx-oci-pin-${process.pid}`];
    // The registry is in this process, which must not wait.
    const compose = async (...args: readonly string[]): Promise<string> =>
      (await promisify(execFile)(things.tool('compose'), [...project, ...args], { env })).stdout.trim();
    // Compose leaves images that have a digest.
    const removeImage = async (): Promise<void> => {
      const [, image = ''] = /image: (\S+)/.exec(readFileSync(join(root, 'compose.yaml'), 'utf8')) ?? [];
      await promisify(execFile)('docker', ['rmi', '--force', image.replace(/:latest@/, '@')], { env });
    };
    const build = async (word: string): Promise<void> => {
      const files = join(root, 'dist/files/bin');
      mkdirSync(files, { recursive: true });
      copyFileSync(things.tool('busybox'), join(files, 'busybox'));
      if (word === 'first') symlinkSync('busybox', join(files, 'echo'));
      writeFileSync(join(root, 'dist/files/word'), word);
      const builder = createImageBuilder({ workspaceRoot: root, env });
      const options = { engine: 'native', layers: [{ from: 'dist/files', to: '/' }], entrypoint: ['/bin/echo'], cmd: [word] };
      await builder.build({ project: 'app', projectRoot: root, options, print: () => undefined });
      await builder.close();
    };
    const pin = (): Promise<{ success: boolean }> => {
      const projects = { app: { root: '.', targets: { publish: { executor: 'nx-oci:publish' } } } };
      const context = { root, projectsConfigurations: { version: 2, projects }, nxJsonConfiguration: {} };
      return pinExecutor({}, context as unknown as ExecutorContext);
    };
    const log = jest.spyOn(console, 'log').mockImplementation();
    try {
      const outputs: string[] = [];
      workspace.write('compose.yaml', `services:\n  app:\n    image: ${registry.host}/app:latest\n`);
      for (const word of ['first', 'second']) {
        workspace.commit(word);
        await build(word);
        await publishing.publish();
        expect(await pin()).toEqual({ success: true });
        outputs.push(await compose('run', '--rm', '--quiet-pull', 'app'));
        await compose('down');
        await removeImage();
      }
      expect(outputs).toEqual(['first', 'second']);
      expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toMatch(/:latest@sha256:[0-9a-f]{64}\n$/);
    } finally {
      log.mockRestore();
      await compose('down');
      workspace.remove();
      await registry.close();
    }
  });
});
