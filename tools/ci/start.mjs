/**
 * Starts real engines and registries for tests, each in its own folder below tmp/real-things, and writes
 * their addresses to tmp/real-things/servers.json. Servers that already run and answer are kept.
 *
 *     node tools/ci/start.mjs
 */
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { isOwn } from './own-process.mjs';
import { serversFile, serversFolder } from './folders.mjs';
import { readServers, writeServers } from './servers-file.mjs';
import { answersDistribution, startDistribution } from './start-distribution.mjs';
import { answersBuildkit, startBuildkitd } from './start-buildkitd.mjs';
import { startDockerd, versionOfDocker } from './start-dockerd.mjs';
import { stopServer } from './stop-server.mjs';
import { findTool } from './tools.mjs';

const wanted = [
  { name: 'docker', kind: 'docker', store: 'classic', needs: ['dockerd', 'ip'] },
  { name: 'docker-containerd', kind: 'docker', store: 'containerd', needs: ['dockerd-containerd', 'containerd', 'ip'] },
  { name: 'distribution-2.8', kind: 'distribution-2.8', login: false, needs: ['distribution-2.8'] },
  { name: 'distribution-2.8-login', kind: 'distribution-2.8', login: true, needs: ['distribution-2.8', 'htpasswd'] },
  { name: 'distribution-3', kind: 'distribution-3', login: false, needs: ['distribution-3'] },
  { name: 'distribution-3-login', kind: 'distribution-3', login: true, needs: ['distribution-3', 'htpasswd'] },
  { name: 'buildkit', kind: 'buildkit', needs: ['buildkit', 'runc', 'openssl'] },
  { name: 'buildkit-2', kind: 'buildkit', needs: ['buildkit', 'runc', 'openssl'] },
];
const toolsForTests = [
  'docker',
  'buildx',
  'runc',
  'skopeo',
  'crane',
  'regctl',
  'oras',
  'podman',
  'buildah',
  'busybox',
  'nginx',
  'tmux',
  'chromium',
  'conformance',
  'helm',
  'kustomize',
  'compose',
  'cosign',
  'cosign-3',
  'act',
  'actionlint',
  'qemu-aarch64',
  'arm64-libraries',
  'node-24-arm64',
  'pass',
  'gpg',
  'docker-credential-pass',
  'toxiproxy',
  'node-24',
  'pnpm',
  'yarn',
  'yarn-4',
  'bun',
  'verdaccio',
  'yaml-language-server',
];

const starts = {
  docker: startDockerd,
  'distribution-2.8': startDistribution,
  'distribution-3': startDistribution,
  buildkit: startBuildkitd,
};
const answers = {
  docker: async (server) => (await versionOfDocker(server)) !== undefined,
  'distribution-2.8': answersDistribution,
  'distribution-3': answersDistribution,
  buildkit: answersBuildkit,
};

await withLock(join(serversFolder, 'lock'), startAll);

async function startAll() {
  const before = readServers().servers;
  /** @type {import('./servers-file.mjs').Server[]} */
  const begun = [];
  const remember = (server) => {
    begun.push(server);
    writeServers({ servers: [...before.filter(({ name }) => name !== server.name), ...begun], tools: pathsOfTools() });
  };
  const results = await Promise.allSettled(inOrder(wanted, (server) => startOne(server, before, remember)));
  const problems = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message);
  if (problems.length > 0) await Promise.allSettled(begun.map(stopServer));
  const running = results
    .flatMap(({ value }) => value ?? [])
    .filter(({ pid }) => problems.length === 0 || !begun.some((server) => server.pid === pid));
  writeServers({ servers: running, tools: pathsOfTools() });
  if (problems.length === 0) return console.log(`How to reach them: ${serversFile}`);
  for (const problem of problems) console.error(problem);
  console.error('What this run had started is stopped again.');
  process.exitCode = 1;
}

/**
 * Docker engines start one after the other: they write the same chains of the firewall, and one that starts while another
 * sets them up fails. All others start at the same time.
 *
 * @template T
 * @param {typeof wanted} servers
 * @param {(server: typeof wanted[number]) => Promise<T>} start
 * @returns {Promise<T>[]}
 */
function inOrder(servers, start) {
  /** @type {Promise<unknown>} */
  let engines = Promise.resolve();
  return servers.map((server) => {
    if (server.kind !== 'docker') return start(server);
    const started = engines.then(() => start(server));
    engines = started.catch(() => undefined); // the failure is in the result; the next engine starts all the same
    return started;
  });
}

/**
 * @param {typeof wanted[number]} server
 * @param {readonly import('./servers-file.mjs').Server[]} before
 * @param {(server: import('./servers-file.mjs').Server) => void} remember
 */
async function startOne(server, before, remember) {
  const old = before.find(({ name }) => name === server.name);
  if (old && (await runs(old))) return print('kept', old);
  const missing = server.needs.filter((tool) => !findTool(tool));
  if (missing.length > 0) {
    console.log(`skipped   ${server.name.padEnd(23)} ${missing.join(', ')} missing: node tools/ci/install.mjs --only ${missing.join(',')}`);
    return undefined;
  }
  const folder = join(serversFolder, server.name);
  await stopServer(old ?? { folder }); // what a run that was killed has left there
  return print('started', await starts[server.kind](server, folder, remember));
}

/** @param {import('./servers-file.mjs').Server} server */
async function runs(server) {
  return isOwn(server.pid, server.folder) && answers[server.kind](server);
}

function pathsOfTools() {
  // Names of their own: `distribution-3` and `buildkit` are the servers that run, these are for specs that start one themselves.
  const programs = ['distribution-3', 'buildkit'].map((name) => [`${name}-program`, findTool(name)]);
  const named = [...toolsForTests.map((name) => [name, findTool(name)]), ...programs];
  return Object.fromEntries(named.filter(([, path]) => path));
}

/**
 * @param {'kept' | 'started'} what
 * @param {import('./servers-file.mjs').Server} server
 */
function print(what, server) {
  console.log(`${what.padEnd(9)} ${server.name.padEnd(23)} ${server.version.padEnd(10)} ${server.host ?? server.dockerHost}`);
  return server;
}
