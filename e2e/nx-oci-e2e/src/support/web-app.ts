import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type DockerClient } from './docker-client';
import { fetchPatiently } from './fetch-patiently';
import { runOrFail } from './run';
import { type TestWorkspace } from './test-workspace';
import { WORKSPACE_ROOT } from './workspace-root';

/** A registry, and the repositories of one spec in it. */
export interface Repositories {
  readonly host: string;
  readonly namespace: string;
}

/** Publishes what a script of tools/base-images copies from this machine. @returns the base image's name */
export async function publishBase(workspace: TestWorkspace, script: string, { host, namespace }: Repositories): Promise<string> {
  const name = `base-${script}`;
  const output = join(workspace.root, 'dist', name);
  await runOrFail(process.execPath, [join(WORKSPACE_ROOT, `tools/base-images/${script}.mjs`), '--output', output], { cwd: workspace.root });
  const image = { executor: 'nx-oci:build', options: { engine: 'native', layers: [{ from: `dist/${name}`, to: '/' }] }, cache: false };
  const publish = { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['latest'] }, cache: false };
  workspace.write(`tools/${name}/project.json`, { name, targets: { image, publish } });
  await workspace.commit('a base image');
  await nxOrFail(workspace, 'run', `${name}:publish`);
  return `${host}/${namespace}/${name}:latest`;
}

/** @returns the published image by its digest */
export async function publishApp(workspace: TestWorkspace, project: string, { host, namespace }: Repositories): Promise<string> {
  await workspace.commit('a version');
  await nxOrFail(workspace, 'run', `${project}:publish`);
  const report = readFileSync(join(workspace.root, 'dist/images', project, 'report.json'), 'utf8');
  return `${host}/${namespace}/${project}@${(JSON.parse(report) as { readonly digest: string }).digest}`;
}

/** @returns what it printed */
export async function nxOrFail(workspace: TestWorkspace, ...args: readonly string[]): Promise<string> {
  const { code, output } = await workspace.nx(args);
  if (code !== 0) throw new Error(output);
  return output;
}

/** A container with as few rights as a strict cluster gives: no capability, nothing to write to but /tmp. */
export async function startLockedDown(engine: DockerClient, image: string, port: number): Promise<RunningApp> {
  const rights = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];
  const container = await engine.docker('run', '--detach', '--quiet', ...rights, `--publish=127.0.0.1::${port}`, image);
  const address = await engine.docker('port', container, `${port}/tcp`);
  return {
    fetch: (path, init) =>
      fetchPatiently(`http://${address}${path}`, init).catch(async (error: unknown) => {
        const { output } = await engine.tryDocker('logs', container);
        throw new Error(`${image} does not answer at ${path}. It printed:\n${output}`, { cause: error });
      }),
    uid: async () => /Uid:\s*(\d+)/.exec(await engine.docker('inspect', '--format={{.State.Pid}}', container).then(statusOf))?.[1] ?? '',
    stop: async () => {
      await engine.docker('stop', container);
      const code = await engine.docker('inspect', '--format={{.State.ExitCode}}', container);
      await engine.docker('rm', container);
      await engine.docker('image', 'rm', image);
      return code;
    },
  };
}

/** Starts it, checks it, and stops it in any case. @returns its exit code */
export async function whileRunning(start: Promise<RunningApp>, check: (app: RunningApp) => Promise<void>): Promise<string> {
  const app = await start;
  let code = '';
  try {
    await check(app);
  } finally {
    code = await app.stop();
  }
  return code;
}

export interface RunningApp {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Of its first process. */
  uid(): Promise<string>;
  /** Removes it. @returns its exit code */
  stop(): Promise<string>;
}

function statusOf(pid: string): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}
