import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { runCommand } from '../newcomer/run-command.mjs';
import { commit, EXEC, newcomerEnvironment, upgradeNx } from '../newcomer/try-combination.mjs';
import { FRAMEWORKS } from './services.mjs';

const BASE_IMAGES = fileURLToPath(new URL('../base-images', import.meta.url));
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * From an empty folder to the response of a container, then again with another version of the app.
 *
 * @param real a registry and an engine: `{ host, dockerHost }`
 */
export async function tryService({ nx, framework, manager }, { archive, scopeUrl, programs, real }) {
  const folder = mkdtempSync(join(tmpdir(), `nx-oci-service-${nx}-${framework}-${manager}-`));
  const root = join(folder, 'acme');
  // yarn 1 refuses packages that ask for a newer Node than this machine's.
  const env = { ...newcomerEnvironment(folder, programs), YARN_IGNORE_ENGINES: 'true' };
  const run = (words, where = root) => runCommand(words, { cwd: where, env });
  const exec = (...words) => run([...EXEC[manager], ...words]);
  const write = (file, content) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const namespace = `services-${randomBytes(4).toString('hex')}`;
  const { kind, base: baseScript, preset, path, answer } = FRAMEWORKS[framework];
  try {
    const creator = ['npx', '-y', `create-nx-workspace@${nx === '24' ? '23' : nx}`, 'acme', ...preset, '--appName=app', `--pm=${manager}`];
    await run([...creator, '--nxCloud=skip', '--no-interactive', '--unitTestRunner=none', '--linter=none'], folder);
    if (nx === '24') await upgradeNx(run, manager, root);
    writeFileSync(join(root, '.npmrc'), `@nx-oci:registry=${scopeUrl}\n`, { flag: 'a' });
    await exec('nx', 'add', `nx-oci@file:${archive}`);
    write('registries.yaml', `registries:\n  real: { host: "${real.host}", namespace: ${namespace}, guard: false }\n`);
    await publishBase(baseScript, { root, run, write, exec });

    if (kind === 'next') addStandaloneOutput(root);
    const base = `${real.host}/${namespace}/base:latest`;
    const said = await exec('nx', 'g', 'nx-oci:image', 'app', `--base=${base}`, '--no-interactive');
    if (!said.includes(`Kind: ${kind}`)) throw new Error(`the generator found another kind:\n${said}`);
    const project = /nx run (\S+):image/.exec(said)?.[1] ?? '';
    await commit(run);
    const first = await publish({ exec, root, project, real });
    await expectAnswer({ ...first, path, answer, env: { ...env, DOCKER_HOST: real.dockerHost } });
    if (kind !== 'node' || !bumpVersion(root)) return `${project} answers`;
    await commit(run);
    const second = await publish({ exec, root, project, real });
    if (second.layers.at(-2) !== first.layers.at(-2)) throw new Error('a new version of the app changed the layer of its dependencies');
    return `${project} answers, also as 0.0.2 on the same dependencies`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The line that the generator asks for where it is missing. */
function addStandaloneOutput(root) {
  const file = ['next.config.js', 'apps/app/next.config.js'].map((name) => join(root, name)).find(existsSync);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(const nextConfig = \{)/, "$1\n  output: 'standalone',"));
}

/** The Node or nginx of this machine, instead of the official image. */
async function publishBase(script, { root, run, write, exec }) {
  await run([process.execPath, join(BASE_IMAGES, `${script}.mjs`), '--output', join(root, 'dist/base')]);
  const image = { executor: 'nx-oci:build', options: { engine: 'native', layers: [{ from: 'dist/base', to: '/' }] } };
  const publish = { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['latest'] } };
  write('tools/base/project.json', JSON.stringify({ name: 'base', targets: { image, publish } }));
  await commit(run);
  await exec('nx', 'run', 'base:publish');
}

async function publish({ exec, root, project, real }) {
  await exec('nx', 'run', `${project}:publish`);
  const { digest, registries } = JSON.parse(readFileSync(join(root, 'dist/images', project, 'report.json'), 'utf8'));
  const [{ repository }] = registries;
  const name = repository.replace(`${real.host}/`, '');
  const answer = await fetch(`http://${real.host}/v2/${name}/manifests/${digest}`, { headers: { accept: MANIFEST } });
  const { layers } = await answer.json();
  return { image: `${real.host}/${name}@${digest}`, layers: layers.map((layer) => layer.digest) };
}

/** Starts the image with `docker run`, and requests its page. */
async function expectAnswer({ image, path, answer, env }) {
  const docker = async (...words) => (await runCommand(['docker', ...words], { cwd: tmpdir(), env })).trim();
  const container = (await docker('run', '--detach', '--publish-all', image)).split('\n').at(-1);
  try {
    const [address = ''] = (await docker('port', container)).split('\n');
    const url = `http://${address.replace(/.*-> /, '').replace('0.0.0.0', '127.0.0.1')}${path}`;
    for (let tries = 0; tries < 120; tries++) {
      const text = await fetch(url).then(
        (got) => got.text(),
        () => undefined,
      );
      if (text?.includes(answer) === true) return;
      if (text !== undefined) throw new Error(`${url} answers ${text}`);
      if ((await docker('inspect', '--format={{.State.Running}}', container)) !== 'true') break;
      await sleep(500);
    }
    throw new Error(`${image} does not answer:\n${await docker('logs', container)}`);
  } finally {
    await docker('rm', '--force', container);
    await docker('image', 'rm', image);
  }
}

/** Of an app with a package.json. */
function bumpVersion(root) {
  const file = join(root, 'apps/app/package.json');
  try {
    writeFileSync(file, readFileSync(file, 'utf8').replace('"0.0.1"', '"0.0.2"'));
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
