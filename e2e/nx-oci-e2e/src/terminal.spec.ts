import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { startSlowProxy, type SlowProxy } from './support/slow-proxy';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { runInTerminal, type TerminalOutput } from './support/terminal';

// Random letters compress to half their size: two images take three seconds.
const LAYER_BYTES = 4_000_000;
const BYTES_PER_SECOND = 1_500_000;
// A blob in progress: the start of its digest, and a bar.
const BAR = /[a-f0-9]{12} [█░]{10,}/;

describeWith(['tmux'], 'a publish in a terminal', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;
  let way: SlowProxy;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    way = await startSlowProxy(registry.host, BYTES_PER_SECOND);
    workspace.write('registries.yaml', { registries: { home: { host: way.host, namespace: 'team', guard: false } } });
    for (const project of ['api', 'web']) {
      workspace.write(`apps/${project}/project.json`, {
        name: project,
        targets: {
          image: {
            executor: 'nx-oci:build',
            cache: true,
            inputs: ['default'],
            outputs: [`{workspaceRoot}/dist/images/${project}`],
            options: { engine: 'native', base: 'scratch', layers: [{ from: `apps/${project}/files`, to: '/srv' }] },
          },
          publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['latest'] } },
        },
      });
    }
  });

  afterAll(async () => {
    await workspace.nx(['daemon', '--stop'], { NX_DAEMON: 'true' });
    await way.stop();
    await registry.stop();
    workspace.remove();
  });

  /** Publishes images that the registry does not have yet, from a terminal. */
  async function publish(words: string, env: Readonly<Record<string, string>>): Promise<TerminalOutput> {
    for (const project of ['api', 'web']) workspace.write(`apps/${project}/files/random.txt`, randomBytes(LAYER_BYTES / 2).toString('hex'));
    await workspace.commit('another layer');
    const seen = await runInTerminal(things.tool('tmux'), {
      command: `node_modules/.bin/nx ${words}`,
      cwd: workspace.root,
      env: { NX_NO_CLOUD: 'true', NX_CACHE_DIRECTORY: join(workspace.root, '.caches/nx'), ...env },
    });
    expect(seen.end).toContain('ended with 0');
    return seen;
  }

  /** The text below Nx's own summary, which appears once. */
  function belowSummary({ end }: TerminalOutput): string {
    const [, below, ...others] = end.split('Successfully ran target publish');
    expect(others).toEqual([]);
    return below ?? '';
  }

  const rowsOf = (text: string, project: string) => text.match(new RegExp(`^${way.host}/team/${project} +latest +sha256:`, 'gm')) ?? [];

  it("leaves the table below Nx's summary when its terminal interface has gone, with the daemon", async () => {
    const seen = await publish('run-many -t publish', { NX_DAEMON: 'true' });
    expect(['api', 'web'].map((project) => rowsOf(belowSummary(seen), project).length)).toEqual([1, 1]);
    expect(['api', 'web'].map((project) => rowsOf(seen.end, project).length)).toEqual([1, 1]);
  });

  it('draws each layer in the pane of a single publish, and leaves the table, without the daemon', async () => {
    const seen = await publish('run api:publish', { NX_DAEMON: 'false' });
    expect(seen.screens.filter((screen) => BAR.test(screen)).length).toBeGreaterThan(2);
    expect(rowsOf(belowSummary(seen), 'api')).toHaveLength(1);
    expect(rowsOf(seen.end, 'api')).toHaveLength(1);
  });

  it("does not draw into Nx's task list, and leaves the table below it, with the daemon", async () => {
    const seen = await publish('run-many -t publish', { NX_DAEMON: 'true', NX_TUI: 'false' });
    expect(seen.end.match(/^ +✔ +nx run \w+:(?:image|publish)/gm)).toHaveLength(4);
    expect(['api', 'web'].map((project) => rowsOf(belowSummary(seen), project).length)).toEqual([1, 1]);
    expect(['api', 'web'].map((project) => rowsOf(seen.end, project).length)).toEqual([1, 1]);
  });

  it('draws in a plain terminal, and uses no colours when they are switched off', async () => {
    const seen = await publish('run api:publish', { NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' });
    expect(seen.screens.filter((screen) => BAR.test(screen)).length).toBeGreaterThan(2);
    expect(seen.end).not.toMatch(BAR);
    expect(rowsOf(seen.end, 'api')).toHaveLength(1);
    expect(seen.hadStyles).toBe(false);
  });

  it('is one run even if Nx starts other processes in between, or no plugin could name the run', async () => {
    const nxJson = JSON.parse(readFileSync(join(workspace.root, 'nx.json'), 'utf8')) as object;
    const report = join(workspace.root, 'dist/images/run-report.json');
    rmSync(report, { force: true });
    workspace.write('nx.json', { ...nxJson, plugins: [] });
    await publish('run-many -t publish', { NX_DAEMON: 'false', NX_BATCH_MODE: 'false' });
    const { images } = JSON.parse(readFileSync(report, 'utf8')) as { readonly images: readonly { readonly project: string }[] };
    expect(images.map(({ project }) => project)).toEqual(['api', 'web']);
  });
});
