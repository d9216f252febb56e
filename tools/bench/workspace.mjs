/**
 * Measures publishing the images of an Nx workspace, whole commands, compared with a script that calls `docker build` (BuildKit),
 * `docker tag` and `docker push`: ten Node apps with three tags each, on dependencies of 100 MB in 5,000 files. Prints the
 * medians of the first image, of one changed line, of ten changed images, and of ten images that did not change.
 *
 *     npm run build && node tools/ci/start.mjs && node tools/bench/workspace.mjs [--rounds 3] [--compression gzip]
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

import { readServers } from '../ci/servers-file.mjs';
import { findTool } from '../ci/tools.mjs';
import { readOptions } from '../workspace/read-options.mjs';
import { makeWorkspace } from './startup-workspace.mjs';

const APPS = Array.from({ length: 10 }, (_, index) => `app${index}`);
const FILES = 5000;
const FILE_BYTES = 20_000;

const values = readOptions('Measures publishing ten images of an Nx workspace, compared with docker in a script.', {
  rounds: { type: 'string', default: '3', help: 'N  number of measurements' },
  compression: { type: 'string', default: 'gzip', help: 'KIND  gzip or zstd' },
});
const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const { servers } = readServers();
const registry = servers.find(({ name }) => name === 'distribution-3').host;
const { dockerHost, version } = servers.find(({ name }) => name === 'docker-containerd');
const scratch = mkdtempSync(join(tmpdir(), 'nx-oci-workspace-'));
const times = new Map();
// The docker of Debian builds without BuildKit unless it finds buildx.
const dockerConfig = join(scratch, 'docker');
mkdirSync(join(dockerConfig, 'cli-plugins'), { recursive: true });
symlinkSync(findTool('buildx'), join(dockerConfig, 'cli-plugins/docker-buildx'));

console.log(`Node ${process.version}, ${values.compression}, Docker ${version}, medians of ${values.rounds} rounds`);
try {
  for (let round = 0; round < Number(values.rounds); round += 1) measure(join(scratch, `${round}`), `bench-${process.pid}-${round}`);
  print();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function measure(root, namespace) {
  makeWorkspace(root, { packages, projects: 10, filesOf: (name) => filesOf(name), host: `${registry}\n    namespace: ${namespace}` });
  writeDependencies(join(root, 'dependencies'), namespace);
  writeFileSync(
    join(root, 'registries.yaml'),
    `registries:\n  local: { host: '${registry}', namespace: ${namespace}, guard: false }\npublish: { tags: [sha, latest, edge] }\n`,
  );
  commit(root);
  const ways = { docker: (apps) => byDocker(root, `${registry}/${namespace}-docker`, apps), 'nx-oci': (apps) => nx(root, apps) };
  const compare = (title, apps) => {
    for (const [way, act] of Object.entries(ways)) record(title, way, () => act(apps));
    record(title, 'empty command', () => run(root, process.execPath, nxProgram(root), 'run', 'images:noop'));
  };
  run(root, process.execPath, nxProgram(root), 'show', 'projects');
  compare('first image', APPS.slice(0, 1));
  for (const act of Object.values(ways)) act(APPS);
  change(root, APPS.slice(0, 1));
  compare('one line changed', APPS.slice(0, 1));
  change(root, APPS);
  compare('ten images changed', APPS);
  compare('ten images unchanged', APPS);
}

function filesOf(name) {
  const layers = [
    { from: 'dependencies', to: '/app/node_modules' },
    { from: `apps/${name}/src`, to: '/app' },
  ];
  const image = {
    executor: 'nx-oci:build',
    cache: true,
    inputs: ['default', '{workspaceRoot}/dependencies/**/*'],
    outputs: [`{workspaceRoot}/dist/images/${name}`],
    options: { engine: 'native', base: 'scratch', layers, cmd: ['/app/main.js'], compression: values.compression },
  };
  return {
    'project.json': { name, targets: { image, publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } } },
    'src/main.js': `console.log('${name}');\n`,
    Dockerfile: `FROM scratch\nCOPY dependencies /app/node_modules\nCOPY apps/${name}/src /app\nCMD ["/app/main.js"]\n`,
  };
}

/** Text like that of programs; different in each round, so that neither a registry nor a builder has it. */
function writeDependencies(folder, seed) {
  const words = Array.from({ length: 2000 }, (_, index) => `${(index * 2_654_435_761) % 99_991}`.padEnd(3 + (index % 7), 'aeiorstn'));
  for (let file = 0; file < FILES; file += 1) {
    let text = `${seed} ${file}\n`;
    for (let word = file; text.length < FILE_BYTES; word = (word * 7 + 13 + text.length) % words.length)
      text += `${words[word]}(${word % 31});\n`;
    const place = join(folder, `package${file % 200}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `file${file}.js`), text);
  }
}

function change(root, apps) {
  for (const app of apps) appendFileSync(join(root, 'apps', app, 'src/main.js'), `console.log(${performance.now()});\n`);
  commit(root);
}

function commit(root) {
  const git = (...args) => run(root, 'git', '-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args);
  git('add', '.');
  git('commit', '-qm', 'change');
}

function byDocker(root, repository, apps) {
  const sha = run(root, 'git', 'rev-parse', '--short', 'HEAD').trim();
  for (const app of apps) {
    const names = [sha, 'latest', 'edge'].map((tag) => `${repository}/${app}:${tag}`);
    run(root, 'docker', 'build', '--quiet', '--file', `apps/${app}/Dockerfile`, '--tag', names[0], '.');
    for (const name of names.slice(1)) run(root, 'docker', 'tag', names[0], name);
    for (const name of names) run(root, 'docker', 'push', '--quiet', name);
  }
}

function nx(root, apps) {
  run(root, process.execPath, nxProgram(root), 'run-many', '-t', 'publish', '-p', apps.join(','));
}

function nxProgram(root) {
  return join(root, 'node_modules/nx/dist/bin/nx.js');
}

function run(cwd, command, ...args) {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:NX_|npm_|GITHUB_|CI$)/.test(name));
  const docker = { DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig };
  const env = { ...Object.fromEntries(own), ...docker, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stdout}${result.stderr}`.slice(-4000));
  return result.stdout;
}

function record(title, way, act) {
  const start = performance.now();
  act();
  const found = times.get(title) ?? new Map();
  times.set(title, found.set(way, [...(found.get(way) ?? []), performance.now() - start]));
}

function print() {
  console.log('\n| | docker in a script | nx-oci | of docker | above an empty command of Nx |\n| --- | --- | --- | --- | --- |');
  for (const [title, found] of times) {
    const [docker, ours, empty] = ['docker', 'nx-oci', 'empty command'].map((way) => median(found.get(way)) / 1000);
    console.log(
      `| ${title} | ${docker.toFixed(1)} s | ${ours.toFixed(1)} s | ${(ours / docker).toFixed(2)} | ${(ours - empty).toFixed(2)} s |`,
    );
  }
}

function median(list) {
  return list.toSorted((one, other) => one - other)[Math.floor(list.length / 2)];
}
