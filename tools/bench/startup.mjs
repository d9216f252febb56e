/**
 * Measures the cost of starting: `node tools/bench/startup.mjs [--before FOLDER] [--projects 1000] [--rounds 5] [--only
 * load,publish,graph,plan]`.
 *
 * FOLDER contains the built packages of another version of this workspace (its `packages`); runs alternate between both. Prints
 * the median and the minimum of each.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

import { makeWorkspace } from './startup-workspace.mjs';

const { values } = parseArgs({
  options: {
    before: { type: 'string' },
    projects: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'load,publish,graph,plan' },
  },
});
const rounds = Number(values.rounds);
const projects = Number(values.projects);
const ours = fileURLToPath(new URL('../../packages', import.meta.url));
const states = { ...(values.before !== undefined && { before: values.before }), now: ours };
const scratch = mkdtempSync(join(tmpdir(), 'nx-oci-startup-'));
const { startRegistry } = createRequire(import.meta.url)('../../packages/oci-registry/dist/index.js');
const registry = await startRegistry();
const host = registry.url.replace('http://', '');

const image = (name, root) => ({
  'project.json': {
    name,
    targets: {
      image: {
        executor: 'nx-oci:build',
        cache: true,
        inputs: ['default'],
        outputs: [`{workspaceRoot}/dist/images/${name}`],
        options: { engine: 'native', base: 'scratch', layers: [{ from: `${root}/files`, to: '/app' }] },
      },
      publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
    },
  },
  'files/name.txt': name,
});
const dockerfile = (name, root) => ({
  'project.json': { name, targets: { build: { command: 'true', outputs: ['{projectRoot}/dist'] } } },
  Dockerfile: `FROM node:22\nWORKDIR /app\nCOPY package.json ./\nCOPY ${root}/src ./src\nRUN npm ci\nCMD ["node", "src/main.js"]\n`,
  'src/main.js': `console.log('${name}');\n`,
});

const measures = { load: measureLoad, publish: measurePublish, graph: measureGraph, plan: measurePlan };
for (const name of values.only.split(',')) await measures[name]();
await registry.close();
rmSync(scratch, { recursive: true, force: true });

/** Loads the module that Nx loads for publishes, alone in a process. */
async function measureLoad() {
  const program = `const start = performance.now(); require(process.argv[1]); const ms = performance.now() - start;
    console.log(JSON.stringify({ ms, files: Object.keys(require.cache).length }));`;
  const work = (folder) => {
    const { stdout } = spawnSync(process.execPath, ['-e', program, join(folder, 'nx-oci/dist/executors/publish/batch.js')], {
      encoding: 'utf8',
    });
    const { ms, files } = JSON.parse(stdout);
    return { ms, note: `${files} files` };
  };
  const cases = Object.entries(states).map(([state, folder]) => [state, () => work(folder)]);
  print('loading the publish batch executor', await inTurn(cases, rounds * 4));
}

/** `nx run` of a publish that has nothing to do, compared with an empty command without the plugin. */
async function measurePublish() {
  const cases = [];
  const roots = [];
  for (const [state, packages] of Object.entries({ 'no plugin, empty command': undefined, ...states })) {
    const root = makeWorkspace(join(scratch, `publish-${roots.length}`), { packages, projects: 5, filesOf: image, host });
    const task = packages === undefined ? 'images:noop' : 'app0:publish';
    roots.push(root);
    await nx(root, 'run', task);
    for (const daemon of ['false', 'true'])
      cases.push([`${state}, daemon ${daemon}`, () => nxWith(root, { NX_DAEMON: daemon }, 'run', task)]);
  }
  for (const [, work] of cases) await work();
  print('nx run of a publish with nothing to do', await inTurn(cases, rounds));
  for (const root of roots) await nx(root, 'daemon', '--stop');
}

/** A project graph of many projects with a Dockerfile, without any cache of Nx. */
async function measureGraph() {
  const cases = Object.entries({ 'no plugin': undefined, ...states }).map(([state, packages], index) => {
    const root = makeWorkspace(join(scratch, `graph-${index}`), { packages, projects, filesOf: dockerfile, host });
    return [
      state,
      () => {
        rmSync(join(root, '.nx'), { recursive: true, force: true });
        return nx(root, 'show', 'projects');
      },
    ];
  });
  for (const [, work] of cases) await work();
  print(`a cold project graph of ${projects} Dockerfiles`, await inTurn(cases, rounds));
}

async function measurePlan() {
  const cases = [];
  for (const [state, packages] of Object.entries(states)) {
    const root = makeWorkspace(join(scratch, `plan-${state}`), { packages, projects, filesOf: image, host });
    await nx(root, 'run-many', '-t', 'publish', '--parallel=4');
    await nx(root, 'run', 'images:plan');
    cases.push([state, () => nx(root, 'run', 'images:plan')]);
  }
  print(`nx-oci:plan of ${projects} images that are up to date`, await inTurn(cases, rounds));
}

function nx(root, ...args) {
  return nxWith(root, { NX_DAEMON: 'false' }, ...args);
}

/** @returns how long it took */
async function nxWith(root, env, ...args) {
  mkdirSync(join(root, '.nx'), { recursive: true });
  const start = performance.now();
  const timesFile = join(root, '.nx/bench-times');
  const command = ['-q', '-o', timesFile, '-f', '%U %S', process.execPath, join(root, 'node_modules/nx/dist/bin/nx.js'), ...args];
  const child = spawn('/usr/bin/time', command, {
    cwd: root,
    env: { ...plainEnvironment(), NX_NO_CLOUD: 'true', NX_TUI: 'false', NX_CACHE_DIRECTORY: join(root, '.nx/cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output.slice(-3000)}`);
  const ms = performance.now() - start;
  const cpuMs = readFileSync(timesFile, 'utf8')
    .split(' ')
    .reduce((sum, text) => sum + Number(text) * 1000, 0);
  return { ms, cpuMs };
}

function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:NX_|npm_|GITHUB_|CI$)/.test(name)));
}

/** Each case once per round, so that other load of the machine affects all of them. */
async function inTurn(cases, times) {
  const samples = new Map(cases.map(([name]) => [name, []]));
  for (let round = 0; round < times; round++) for (const [name, work] of cases) samples.get(name).push(await work());
  return samples;
}

function print(title, samples) {
  console.log(`\n${title}`);
  for (const [name, found] of samples) {
    const cpu = found[0].cpuMs === undefined ? '' : `, of processor ${describe(found.map(({ cpuMs }) => cpuMs))}`;
    console.log(`  ${name.padEnd(40)} ${describe(found.map(({ ms }) => ms))}${cpu}  ${found[0].note ?? ''}`);
  }
}

/** Median, minimum and maximum. */
function describe(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, median, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((index) => sorted[index].toFixed(0));
  return `${median.padStart(6)} ms (${least}–${most})`;
}
