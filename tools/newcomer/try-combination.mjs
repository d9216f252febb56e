import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { runCommand } from './run-command.mjs';

export const EXEC = { npm: ['npx', '--no'], pnpm: ['pnpm', 'exec'], yarn: ['yarn', '--silent'] };
const INSTALL = { npm: ['npm', 'install', '-D'], pnpm: ['pnpm', 'add', '-Dw'], yarn: ['yarn', 'add', '-D', '-W'] };

/**
 * The first steps of a new user, from an empty folder to an image that is read back from a registry.
 *
 * @param packages.plugin what `nx add` gets: `nx-oci`
 * @param packages.npmrc lines that say where the packages come from
 * @param packages.programs a folder with pnpm and yarn, if they are needed
 */
export async function tryCombination({ nx, manager }, { plugin, npmrc, programs }) {
  const folder = mkdtempSync(join(tmpdir(), `nx-oci-newcomer-${nx}-${manager}-`));
  const root = join(folder, 'acme');
  const env = { ...newcomerEnvironment(folder, programs) };
  const run = (words, where = root) => runCommand(words, { cwd: where, env });
  const exec = (...words) => run([...EXEC[manager], ...words]);
  try {
    const creator = nx === '24' ? '23' : nx;
    await run(
      ['npx', '-y', `create-nx-workspace@${creator}`, 'acme', '--preset=apps', `--pm=${manager}`, '--nxCloud=skip', '--no-interactive'],
      folder,
    );
    if (nx === '24') await upgradeNx(run, manager, root);
    writeFileSync(join(root, '.npmrc'), npmrc, { flag: 'a' });
    addProject(root);
    await exec('nx', 'add', plugin);
    const generated = await exec('nx', 'g', 'nx-oci:image', 'hello', '--base=scratch', '--no-interactive');
    const commands = printedCommands(generated, EXEC[manager][0]);
    await generatePipelines(exec, root, EXEC[manager][0]);
    await commit(run);
    const said = readFileSync(join(root, 'registries.yaml'), 'utf8');
    const [, printed] = /# Comes with nx-oci: (.*)/.exec(said) ?? [];
    const port = await freePort();
    return await withRegistry(printed, { port, root, env }, async () => {
      env.NX_OCI_PORT = String(port);
      for (const words of commands) await run(words);
      await exec('nx', 'run', '@acme/hello:publish');
      return readBack(port);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The commands that the generator prints at its end, literally; the package manager can run them. */
function printedCommands(output, program) {
  const found = [...output.matchAll(/^ {2}(\S.* nx run \S+:.*)$/gm)].map(([, command]) => command.trim().split(' '));
  if (found.length < 2) throw new Error(`the generator names no commands:\n${output}`);
  for (const [first] of found) if (first !== program) throw new Error(`the generator names ${first}, not ${program}`);
  return found;
}

/** Each version of Nx renders templates with its own library. */
async function generatePipelines(exec, root, program) {
  for (const [provider, file] of [
    ['github', '.github/workflows/publish.yml'],
    ['gitlab', '.gitlab-ci.yml'],
  ]) {
    // create-nx-workspace may have written one for another CI system.
    rmSync(join(root, file), { force: true });
    await exec('nx', 'g', 'nx-oci:ci', `--provider=${provider}`, '--no-interactive');
    const text = readFileSync(join(root, file), 'utf8');
    if (!new RegExp(`${program} (?:exec )?nx affected -t publish`).test(text)) throw new Error(`${file} publishes nothing:\n${text}`);
  }
}

export async function upgradeNx(run, manager, root) {
  await run([...INSTALL[manager], 'nx@24']);
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/nx/package.json'), 'utf8'));
  if (!version.startsWith('24.')) throw new Error(`Nx ${version} was installed in place of 24`);
}

/**
 * A project as create-nx-workspace makes it: with a scope, a build script, and output beside the source; one has a Dockerfile.
 */
function addProject(root) {
  const write = (file, content) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
  };
  const build = {
    executor: 'nx:run-commands',
    outputs: ['{projectRoot}/dist'],
    options: { cwd: '{projectRoot}', command: 'mkdir -p dist && cp src/main.js dist/main.js' },
  };
  write('apps/hello/project.json', { name: '@acme/hello', targets: { build } });
  write('apps/hello/src/main.js', "console.log('hello');\n");
  write('apps/web/project.json', { name: '@acme/web', targets: {} });
  write('apps/web/Dockerfile', 'FROM scratch\nCOPY nx.json /\n');
}

export async function commit(run) {
  const git = ['git', '-c', 'user.name=newcomer', '-c', 'user.email=newcomer@example.com'];
  await run([...git, 'init', '-q']);
  await run([...git, 'add', '.']);
  await run([...git, 'commit', '-q', '--no-verify', '--allow-empty', '-m', 'use nx-oci']);
}

/** Starts the registry with the command that `init` wrote, on another port. */
async function withRegistry(printed, { port, root, env }, work) {
  const [program, ...args] = printed.replace('5080', String(port)).split(' ');
  const child = spawn(program, args, { cwd: root, env, stdio: 'ignore', detached: true });
  try {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined);
      if (answer?.ok === true) return await work();
      if (child.exitCode !== null) throw new Error(`${printed} ended with ${child.exitCode}`);
      await sleep(250);
    }
    throw new Error(`${printed} does not answer`);
  } finally {
    // The package manager and its child processes.
    process.kill(-child.pid, 'SIGTERM');
  }
}

/** Reads over plain HTTP: the image of `latest`, and the content of its layer. */
async function readBack(port) {
  const get = async (path) => {
    const accept = 'application/vnd.oci.image.manifest.v1+json';
    const answer = await fetch(`http://127.0.0.1:${port}/v2/${path}`, { headers: { accept } });
    if (!answer.ok) throw new Error(`GET /v2/${path} was answered with ${answer.status}`);
    return answer;
  };
  const { repositories } = await (await get('_catalog')).json();
  const [repository] = repositories;
  const { tags } = await (await get(`${repository}/tags/list`)).json();
  const manifest = await (await get(`${repository}/manifests/latest`)).json();
  const config = await (await get(`${repository}/blobs/${manifest.config.digest}`)).json();
  if (config.config.Labels['dev.nx-oci.project'] !== '@acme/hello') throw new Error('the image is of another project');
  for (const { digest } of manifest.layers) await (await get(`${repository}/blobs/${digest}`)).arrayBuffer();
  return `${repository}: ${tags.join(', ')}`;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function newcomerEnvironment(folder, programs) {
  // Without the variables that Nx, npm and CI set for a running command.
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:NX_|GITHUB_|CI$|INIT_CWD$|npm_(?!config_)|JEST_|NODE_OPTIONS$|NODE_ENV$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    PATH: [programs, process.env.PATH].filter(Boolean).join(delimiter),
    NX_DAEMON: 'false',
    // Nx would copy its binary into the folder for temporary files, once for each workspace.
    NX_SKIP_NATIVE_FILE_CACHE: 'true',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    NX_CACHE_DIRECTORY: join(folder, 'cache'),
    COREPACK_ENABLE_STRICT: '0',
  };
}
