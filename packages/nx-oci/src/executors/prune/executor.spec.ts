import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import { createImageBuilder, type PruneOptions } from '@nx-oci/publish';

import pruneExecutor from './executor';

let root: string;
let printed: jest.SpyInstance<void, unknown[]>;

const native = (options: object) => ({ executor: 'nx-oci:build', options: { engine: 'native', ...options } });
const layers = [{ from: 'src', to: '/app' }];
const projects = {
  base: { root: 'base', targets: { image: native({ layers }) } },
  api: { root: 'api', targets: { image: native({ layers, base: 'layout:dist/images/base' }) } },
  web: { root: 'web', targets: { image: native({ layers }) } },
  images: { root: 'images', targets: {} },
};

const run = async (projectName: string, options: PruneOptions = {}) => {
  printed.mockClear();
  const context = { root, projectName, projectsConfigurations: { version: 2, projects } } as unknown as ExecutorContext;
  const { success } = await pruneExecutor(options, context);
  return { success, text: printed.mock.calls.map(([text]) => String(text)).join('\n') };
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'nx-oci-prune-executor-'));
  printed = jest.spyOn(console, 'log').mockImplementation();
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/main.txt'), 'main');
  // This process has no Nx above it: its images are used no longer than they are built.
  const builder = createImageBuilder({ workspaceRoot: root, env: process.env });
  for (const [project, { targets }] of Object.entries(projects)) {
    if (!('image' in targets)) continue;
    await builder.build({ project, projectRoot: join(root, project), options: targets.image.options, print: () => undefined });
  }
  await builder.close();
});

afterEach(() => {
  printed.mockRestore();
  rmSync(root, { recursive: true, force: true });
});

const left = () => readdirSync(join(root, 'dist/images')).sort();

describe('nx-oci:prune', () => {
  it('removes the image of its project, if that has one', async () => {
    expect(await run('web')).toMatchObject({ success: true, text: expect.stringContaining('Removed 1') });
    expect(left()).toEqual(['api', 'base']);
  });

  it('removes those of all projects from a project without an image, but not the base of another image', async () => {
    const { text } = await run('images');
    expect(left()).toEqual(['base']);
    expect(text).toMatch(/base +dist\/images\/base +.*kept: it is the base of api/);
  });

  it('prints JSON, and removes nothing in a dry run', async () => {
    const { text } = await run('images', { dryRun: true, format: 'json', projects: ['web'] });
    expect(JSON.parse(text)).toMatchObject({
      schemaVersion: 1,
      isDryRun: true,
      items: [{ kind: 'folder', project: 'web', what: 'dist/images/web', outcome: 'removed', bytes: expect.any(Number) }],
    });
    expect(existsSync(join(root, 'dist/images/web/image.json'))).toBe(true);
  });

  it('takes numbers and lists as Nx passes them from the command line', async () => {
    expect((await run('images', { projects: 'web,api', dryRun: true })).text).toContain('2 would be removed');
    expect(await run('images', { keepLast: '1' })).toMatchObject({
      success: true,
      text: expect.stringContaining('it is the newest') as string,
    });
    expect((await run('images', { keepLast: '1.5' })).text).toContain('write a whole number');
    expect(left()).toEqual(['api', 'base', 'web']);
  });

  it('reports all wrong options at once', async () => {
    const { success, text } = await run('images', { olderThan: '7 moons', keepLast: 0, projects: ['wep'] });
    expect(success).toBe(false);
    for (const part of ['`olderThan` is "7 moons"', 'write 1 or more', '`projects` names wep']) expect(text).toContain(part);
    expect(left()).toEqual(['api', 'base', 'web']);
  });
});
