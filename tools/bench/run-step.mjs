import { randomUUID } from 'node:crypto';
import { createLink } from './link.mjs';
import { measureAtOnce, measureCommands } from './measure.mjs';
import { startProxy } from './proxy.mjs';

/**
 * @typedef {import('./measure.mjs').Used & Partial<import('./proxy.mjs').Counted>} Sample
 *
 * @typedef {object} Bench what all runs share
 * @property {readonly string[]} registries `host:port` of four
 * @property {import('./scenarios.mjs').Images} images
 * @property {{ folder: string, env: Record<string, string> }} options for the commands
 * @property {import('./contenders/contender.mjs').Contender} pusher does the `before` step when a contender cannot
 * @property {() => string} newRepository
 * @property {() => Promise<{ host: string, stop: () => Promise<void> }>} startRegistry an empty one
 * @property {import('../ci/start-toxiproxy.mjs').Toxiproxy | undefined} toxiproxy
 * @property {{ cert: string, key: string }} certificate self-signed
 */

/**
 * One run of a scenario, with a new host and a new repository each time.
 *
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('./contenders/contender.mjs').Contender} contender
 * @param {number} delayMs
 * @param {Bench} bench
 * @returns {Promise<Sample>}
 */
export async function runScenario(scenario, contender, delayMs, bench) {
  const { images, newRepository } = bench;
  const options = { ...bench.options, mayFail: scenario.mayFail };
  const { hosts, proxies, stop } = await (scenario.isDirect ? openDirect(scenario, bench) : openProxies(scenario, bench));
  const warmUp = contender.isWarm ? await openWarmUp(scenario, bench) : undefined;
  const way = { isTls: scenario.trouble?.isTls, warmUp: warmUp?.pushes };
  const places = { hosts, repository: newRepository() };
  try {
    if (scenario.before !== undefined) {
      const before = scenario.before(places, images);
      const preparer = contender.push === undefined ? bench.pusher : contender;
      preparer.ready?.(before, { ...way, isFirst: true });
      await measureCommands(commandsOf(before, preparer, way), options);
    }
    const step = scenario.step(places, images);
    contender.ready?.(step, { ...way, isFirst: scenario.before === undefined });
    for (const proxy of proxies) proxy.start(delayMs);
    const measure = step.isAtOnce ? measureAtOnce : measureCommands;
    const used = await measure(commandsOf(step, contender, way), options);
    return { ...used, ...add(proxies.map((proxy) => proxy.counted())) };
  } finally {
    await warmUp?.proxy.stop();
    await stop();
  }
}

/** Its own image, to a host that receives nothing else. */
async function openWarmUp({ trouble }, { registries: [upstream], images, certificate, newRepository }) {
  const proxy = await startProxy(upstream, { isTls: trouble?.isTls, certificate });
  return { proxy, pushes: [{ image: images.warmUp, host: proxy.host, repository: newRepository(), tags: ['latest'] }] };
}

async function openProxies({ trouble }, { registries, certificate }) {
  const link = trouble?.linkBytesPerSecond === undefined ? undefined : createLink(trouble.linkBytesPerSecond);
  const proxies = await Promise.all(registries.map((upstream) => startProxy(upstream, { ...trouble, certificate, link })));
  return { proxies, hosts: proxies.map(({ host }) => host), stop: () => Promise.all(proxies.map((proxy) => proxy.stop())) };
}

/** Skopeo remembers what it sent to which host. A proxy's host is always new; without a proxy, the target must be new. */
async function openDirect({ bytesPerSecond }, { registries: [source], startRegistry, toxiproxy }) {
  const target = await startRegistry();
  const toxics = ['upstream', 'downstream'].map((stream) => ({ type: 'bandwidth', stream, attributes: { rate: bytesPerSecond / 1000 } }));
  const link = (host) => (bytesPerSecond === undefined ? host : toxiproxy.lead(randomUUID(), host, toxics));
  return { proxies: [], hosts: [await link(source), await link(target.host)], stop: target.stop };
}

/**
 * @param {import('./contenders/contender.mjs').Step} step
 * @param {import('./contenders/contender.mjs').Contender} contender
 * @param {import('./contenders/contender.mjs').Way} way
 */
function commandsOf({ pushes, copy, copies, retag, isAtOnce }, contender, way) {
  if (retag !== undefined) return contender.retag(retag, way);
  if (copies !== undefined) return contender.copyToAll?.(copies, way) ?? copies.flatMap((one) => contender.copy(one, way));
  if (isAtOnce) return contender.pushAtOnce?.(pushes, way) ?? pushes.flatMap((one) => contender.push([one], way));
  return pushes !== undefined && (copy === undefined || contender.prefersPush) ? contender.push(pushes, way) : contender.copy(copy, way);
}

/**
 * Whether a contender can do the measured step of a scenario; another one may do the step before.
 *
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('./contenders/contender.mjs').Contender} contender
 */
export function canRun({ step }, { push, needsSeveralTags = false }) {
  const { pushes = [], copy, copies, retag } = step({ hosts: [], repository: '' }, { apps: [], twins: [] });
  if (needsSeveralTags && !pushes.some(({ tags }) => tags.length > 1)) return false;
  return push !== undefined || copy !== undefined || copies !== undefined || retag !== undefined;
}

function add(counts) {
  const names = Object.keys(counts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, counts.reduce((total, count) => total + count[name], 0)]));
}
