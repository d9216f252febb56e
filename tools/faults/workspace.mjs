import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('run-tasks.cjs', import.meta.url));

// Longer than all waits that the registries ask for.
const TIMEOUT_MS = 300_000;

/** The images that every run publishes together. */
export const PROJECTS = ['app', 'web'];

/**
 * @typedef {object} Published
 * @property {string} commit
 * @property {readonly string[]} failures messages of the failed tasks
 * @property {readonly { happened: string, waitMs: number }[]} retries
 */

/**
 * A git repository whose images are rebuilt and published, each time in a new process, as Nx does.
 *
 * @param {string} folder is created
 * @param {readonly import('./faulty-registries.mjs').FaultyRegistry[]} registries
 */
export function makeWorkspace(folder, registries) {
  mkdirSync(folder, { recursive: true });
  const git = (...args) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=faults', '-c', 'user.email=faults@localhost', ...args], {
      encoding: 'utf8',
    }).trim();
  const entries = registries.map(({ name, host, login }) => {
    const auth = login === undefined ? '' : `, auth: { username: '${login.username}', password: '\${FAULTS_PASSWORD}' }`;
    return `  ${name}: { host: '${host}'${auth} }\n`;
  });
  writeFileSync(join(folder, 'registries.yaml'), `registries:\n${entries.join('')}`);
  writeFileSync(join(folder, '.gitignore'), '*\n');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--force', '.gitignore', 'registries.yaml');

  /**
   * @param {{ base: string, contents: Readonly<Record<string, readonly Buffer[]>>, publish: object }} what `base` is the full
   *   reference of their base image, `contents` the files of each project, one per layer
   * @returns {Promise<Published>}
   */
  const publish = async ({ base, contents, publish: options }) => {
    git('commit', '--quiet', '--allow-empty', '--message=next');
    const projects = Object.entries(contents).map(([project, files]) => [
      project,
      { build: { engine: 'native', base, platform: 'linux/amd64', layers: writeFiles(folder, project, files) }, publish: options },
    ]);
    const asked = JSON.stringify({ projects: Object.fromEntries(projects) });
    const output = await runProgram([folder, asked], { FAULTS_PASSWORD: registries[0].login?.password ?? '', ...strangerTo(folder) });
    return { commit: git('rev-parse', 'HEAD'), ...output };
  };
  return { publish };
}

function writeFiles(folder, project, files) {
  return files.map((bytes, index) => {
    const from = `content/${project}/${index}`;
    mkdirSync(join(folder, from), { recursive: true });
    writeFileSync(join(folder, from, 'data'), bytes);
    return { from, to: `/${index}`, layer: `${index}` };
  });
}

/** Without the user's logins. */
function strangerTo(folder) {
  const home = join(folder, 'home');
  return { HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, NX_OCI_RUN_ID: randomUUID() };
}

function runProgram(args, env) {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [PROGRAM, ...args], options, (error, stdout, stderr) => {
      // A crash or a hang has no message for the user: the raw output is reported.
      if (error) return resolve({ failures: [`The process ended with ${error.code ?? error.signal}:\n${stdout}${stderr}`], retries: [] });
      return resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1)));
    });
  });
}
