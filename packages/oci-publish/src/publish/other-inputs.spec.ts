import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { createImageBuilder } from '../build/build-images';
import { makePublishing, type Publishing } from './testing/publishing';

// Each one builds and publishes.
jest.setTimeout(60_000);

describe('an image that no task of the run builds', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    const { workspace } = publishing;
    workspace.write('src/main.ts', 'one');
    workspace.write('src/left.ts', 'left');
    workspace.write('docs/a.md', 'one');
    workspace.write('dist/app/main.js', 'one');
    symlinkSync('main.ts', join(workspace.root, 'src/link.ts'));
    workspace.commit('sources');
  });
  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const select = (paths: readonly string[]) => paths.filter((path) => path.startsWith('src/'));
  const inputs = { select, variables: ['API_URL'], options: { layers: ['dist/app'] } };
  const build = async (notRun: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const { root } = publishing.workspace;
    const builder = createImageBuilder({ workspaceRoot: root, env });
    const options = { layers: [{ from: 'dist/app', to: '/app' }] };
    await builder.build({ project: 'app', projectRoot: root, options, print: () => undefined, inputs: { ...inputs, notRun } });
    await builder.close();
  };
  const publish = async (dryRun = false, more: object = {}) => {
    const results = await publishing.publish({ inputsOf: () => ({ ...inputs, ...more }), options: { dryRun } });
    return results.get('app:publish') ?? { success: false, text: '' };
  };
  const remove = (path: string) => rmSync(join(publishing.workspace.root, path), { recursive: true });
  const write = (path: string, text: string) => publishing.workspace.write(path, text);

  it.each<[string, () => void, string]>([
    ['has changed', () => write('src/main.ts', 'two'), 'src/main.ts has changed'],
    ['was added and committed', () => write('src/new.ts', 'new'), 'src/new.ts was added'],
    ['was removed', () => remove('src/left.ts'), 'src/left.ts was removed'],
    [
      'is a link to another file',
      () => {
        remove('src/link.ts');
        symlinkSync('left.ts', join(publishing.workspace.root, 'src/link.ts'));
      },
      'src/link.ts has changed',
    ],
  ])('is refused if a source of its tasks %s, before any request to a registry', async (_what, change, expected) => {
    await build();
    change();
    publishing.workspace.commit('later');
    for (const dryRun of [true, false]) {
      const { success, text } = await publish(dryRun);
      expect({ success, text }).toMatchObject({ success: false, text: expect.stringContaining(`(${expected} since it was built)`) });
      expect(text).toContain('without --excludeTaskDependencies: nx run app:publish');
    }
    expect(registry.log.entries()).toEqual([]);
  });

  it('is refused if an uncommitted source has changed', async () => {
    await build();
    write('src/main.ts', 'two');
    expect(await publish()).toMatchObject({ success: false, text: expect.stringContaining('src/main.ts has changed') });
  });

  it('is refused if the options of its target have changed', async () => {
    await build();
    const { success, text } = await publish(false, { options: { layers: ['dist/app'], user: 'node' } });
    expect({ success, text }).toMatchObject({
      success: false,
      text: expect.stringContaining('the options of its image target have changed'),
    });
    expect(await publish(false, { options: { layers: ['dist/app'] } })).toMatchObject({ success: true });
  });

  it('is refused if a variable of its tasks has another value, but not if one side lacks it', async () => {
    await registry.close();
    publishing.workspace.remove();
    registry = await startRegistry();
    const env: NodeJS.ProcessEnv = {};
    publishing = makePublishing(`{ host: '${registry.host}' }`, env);
    publishing.workspace.write('src/main.ts', 'one');
    publishing.workspace.write('dist/app/main.js', 'one');
    publishing.workspace.commit('sources');
    await build([], { API_URL: 'one' });
    expect(await publish()).toMatchObject({ success: true });
    env['API_URL'] = 'two';
    expect(await publish()).toMatchObject({
      success: false,
      text: expect.stringContaining('the variable API_URL has changed since it was built'),
    });
    env['API_URL'] = 'one';
    expect(await publish()).toMatchObject({ success: true });
    await build();
    env['API_URL'] = 'two';
    expect(await publish()).toMatchObject({ success: true });
  });

  it('is published if only the commit and files that its tasks do not read differ', async () => {
    await build();
    write('docs/a.md', 'two');
    write('src/left-by-a-test.log', 'x');
    publishing.workspace.git('add', 'docs');
    publishing.workspace.git('commit', '-qm', 'docs');
    expect(await publish()).toMatchObject({ success: true });
  });

  it('is published if a source was committed unchanged after the build', async () => {
    write('src/main.ts', 'two');
    write('src/new.ts', 'new');
    symlinkSync('new.ts', join(publishing.workspace.root, 'src/new-link.ts'));
    await build();
    publishing.workspace.commit('later');
    expect(await publish()).toMatchObject({ success: true });
  });

  it('is published, with a notice, if its sources are not in this checkout or were not recorded', async () => {
    await build();
    remove('src');
    expect(await publish()).toMatchObject({ success: true });
    expect(publishing.takePrinted()).toContain('app: not compared with the sources of its build, because they are not in this checkout.');
    await publishing.build('app', { layers: 1 });
    expect(await publish()).toMatchObject({ success: true });
    expect(publishing.takePrinted()).toContain(
      'app: not compared with the sources of its build, because git could not list them when it was built.',
    );
  });

  it('gets a warning if it was built without the tasks that write its files', async () => {
    await build(['app:build']);
    expect(await publish()).toMatchObject({ success: true });
    expect(publishing.takePrinted()).toContain('Warning: the image of app was built without app:build');
  });
});
