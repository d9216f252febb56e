import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOwn } from '../ci/own-process.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { startToxiproxy } from '../ci/start-toxiproxy.mjs';
import { findTool } from '../ci/tools.mjs';
import { findContenders } from './find-contenders.mjs';
import { makeCertificate } from './make-certificate.mjs';
import { makeLayer, writeImage } from './make-image.mjs';
import { measureCommands } from './measure.mjs';
import { renderTable } from './render-table.mjs';
import { canRun, runScenario } from './run-step.mjs';
import { scenarios as allScenarios, seedBig } from './scenarios.mjs';
import { readList, readOptions } from '../workspace/read-options.mjs';

const values = readOptions('Publishes the same images with nx-oci and its peers, and prints the cost.', {
  scenarios: { type: 'string', default: allScenarios.map(({ id }) => id).join(','), help: 'IDS  lines of scenarios.mjs' },
  delays: { type: 'string', default: '0,20,100', help: 'MS,…  added to the time of each request' },
  repeats: { type: 'string', default: '5', help: 'N  how often each is measured' },
  'copy-mib': { type: 'string', default: '250', help: 'MIB  size of the image that is copied' },
  contenders: { type: 'string', help: 'NAME;…  only these clients; default: all installed ones' },
  minutes: { type: 'string', default: '60', help: 'N  stops after that many minutes and prints the results so far' },
  samples: { type: 'string', help: 'FILE  also writes every single run as JSON' },
});
const wanted = readList(values.scenarios, { name: 'scenarios', known: allScenarios.map(({ id }) => id) });
const toxiproxy = findTool('toxiproxy') === undefined ? undefined : await startToxiproxy(1);
const scenarios = allScenarios
  .filter(({ id }) => wanted.includes(id))
  .filter(({ bytesPerSecond }) => bytesPerSecond === undefined || toxiproxy !== undefined);
const delaysMs = values.delays.split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'nx-oci-bench-'));
const started = [];
const contenders = [];

try {
  const images = makeImages();
  contenders.push(...chooseContenders());
  for (const contender of contenders) contender.prepare?.([images.first, images.changed, ...images.apps]);
  const registries = [];
  for (let count = 0; count < 4; count++) registries.push((await startRegistry()).host);
  const certificate = makeCertificate(folder);
  const pusher = contenders.find(({ isDaemon, push }) => !isDaemon && push !== undefined);
  const bench = { registries, images, options: commandOptions(), newRepository, startRegistry, toxiproxy, certificate, pusher };
  if (scenarios.some(({ isLarge }) => isLarge)) await seed(bench);
  const runs = await runAll(bench);
  if (values.samples !== undefined) writeFileSync(values.samples, JSON.stringify(runs));
  console.log(contenders.map(({ name, version }) => `${name} ${version}`).join(' · '));
  console.log(
    `distribution ${started[0].version} · Node ${process.version} · median of ${values.repeats} runs where no n is given (fastest–slowest), times in ms\n`,
  );
  console.log(renderTable(runs, { scenarios, contenders, delaysMs, repeats: Number(values.repeats) }));
} finally {
  for (const contender of contenders) contender.tidy?.();
  await toxiproxy?.stop();
  for (const server of started) await endOwn(server.pid, server.folder);
  rmSync(folder, { recursive: true, force: true });
}

function chooseContenders() {
  const found = findContenders(folder);
  if (values.contenders === undefined) return found;
  const names = readList(values.contenders, { name: 'contenders', known: found.map(({ name }) => name), separator: ';' });
  return found.filter(({ name }) => names.includes(name));
}

function makeImages() {
  const layers = Array.from({ length: 5 }, () => makeLayer(2, folder));
  const big = Array.from({ length: 5 }, () => makeLayer(Number(values['copy-mib']) / 5, folder));
  const write = (name, ofImage, project) => writeImage({ name, project, folder: join(folder, 'layouts', name), layers: ofImage });
  const app = (_, index) => write(`app-${index}`, [...layers, makeLayer(0.25, folder)], `app-${index}`);
  return {
    first: write('first', layers),
    changed: write('changed', [...layers.slice(0, 4), makeLayer(2, folder)]),
    warmUp: write('warm-up', [makeLayer(2, folder), makeLayer(2, folder)], 'warm-up'),
    big: write('big', big),
    twins: isWanted('L') || isWanted('L100') ? makeTwins(write) : [],
    // Docker would have to load each of them.
    apps: Array.from({ length: isWanted('G') ? 20 : 0 }, app),
  };
}

/** Two images that share 100 MB and differ in little. */
function makeTwins(write) {
  const shared = Array.from({ length: 4 }, () => makeLayer(24, folder));
  return ['twin-0', 'twin-1'].map((name) => write(name, [...shared, makeLayer(0.25, folder)], name));
}

function isWanted(scenario) {
  return scenarios.some(({ id }) => id === scenario);
}

/** Empty, at a host that no client has seen. */
async function startRegistry() {
  const name = `registry-${randomUUID()}`;
  const {
    host,
    pid,
    folder: own,
  } = await startDistribution({ name, kind: 'distribution-3', login: false }, join(folder, name), (server) => started.push(server));
  return { host, stop: () => endOwn(pid, own) };
}

/** Without the user's logins and settings, and without anything that an earlier benchmark left behind. */
function commandOptions() {
  const home = join(folder, 'home');
  mkdirSync(home);
  return { folder, env: { HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home, DOCKER_CONFIG: home, NX_DAEMON: 'false' } };
}

function newRepository() {
  return `bench/${randomUUID()}`;
}

/** The source image of copies. */
async function seed({ registries, images, options, pusher }) {
  const step = seedBig({ hosts: registries }, images);
  pusher.ready?.(step, { isFirst: true });
  await measureCommands(pusher.push(step.pushes, {}), options);
}

/** Contenders and scenarios alternate, so that a busy moment of the machine affects all of them. */
async function runAll(bench) {
  const runs = [];
  const endsAt = Date.now() + Number(values.minutes) * 60_000;
  for (let round = 0; round < Number(values.repeats); round++) {
    for (const one of listRuns(round)) {
      if (Date.now() > endsAt) return runs;
      const sample = await runScenario(one.scenario, one.contender, one.delayMs, bench);
      runs.push({ scenario: one.scenario.id, delayMs: one.delayMs, contender: one.contender.name, sample });
    }
    console.error(`round ${round + 1} done`);
  }
  return runs;
}

function listRuns(round) {
  return scenarios.flatMap((scenario) =>
    delaysOf(scenario).flatMap((delayMs) =>
      contenders
        .filter(({ remembers, isGuarded }) => (!remembers && !isGuarded) || (scenario.before !== undefined && scenario.isLarge !== true))
        .filter(({ isWarm }) => !isWarm || scenario.isLarge !== true)
        .filter(({ isDaemon }) => !isDaemon || (scenario.bytesPerSecond === undefined && scenario.isForScripts !== true))
        .filter((contender) => canRun(scenario, contender))
        .filter(({ isDaemon }) => !isDaemon || round === 0 || !scenario.isLarge)
        .map((contender) => ({ scenario, delayMs, contender })),
    ),
  );
}

function delaysOf({ isDirect, delaysMs: only = delaysMs }) {
  return isDirect ? delaysMs.slice(0, 1) : delaysMs.filter((delayMs) => only.includes(delayMs));
}
