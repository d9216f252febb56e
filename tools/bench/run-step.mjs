import { measureCommands } from './measure.mjs';
import { startProxy } from './proxy.mjs';

/**
 * @typedef {import('./measure.mjs').Used & Partial<import('./proxy.mjs').Counted>} Sample
 *
 * @typedef {object} Bench what all runs share
 * @property {readonly string[]} registries `host:port` of two
 * @property {import('./scenarios.mjs').Images} images
 * @property {{ folder: string, env: Record<string, string> }} options for the commands
 * @property {() => string} newRepository
 * @property {() => Promise<{ host: string, stop: () => Promise<void> }>} startRegistry an empty one
 */

/**
 * One run of a scenario: at a host and in a repository that nobody has seen, since both are new each time.
 *
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('./contenders/contender.mjs').Contender} contender
 * @param {number} delayMs
 * @param {Bench} bench
 * @returns {Promise<Sample>}
 */
export async function runScenario(scenario, contender, delayMs, { registries, images, options, newRepository, startRegistry }) {
  // Skopeo remembers what it sent to which host; a proxy's host is always new, and without one the target must be.
  const target = scenario.isDirect ? await startRegistry() : undefined;
  const proxies = scenario.isDirect ? [] : await Promise.all(registries.map(startProxy));
  const [host, otherHost] = target === undefined ? proxies.map((proxy) => proxy.host) : [registries[0], target.host];
  const places = { host, otherHost, repository: newRepository() };
  try {
    if (scenario.before !== undefined) {
      const before = scenario.before(places, images);
      contender.ready?.(before, { isFirst: true });
      await measureCommands(commandsOf(before, contender), options);
    }
    const step = scenario.step(places, images);
    contender.ready?.(step, { isFirst: scenario.before === undefined });
    for (const proxy of proxies) proxy.start(delayMs);
    const used = await measureCommands(commandsOf(step, contender), options);
    return { ...used, ...add(proxies.map((proxy) => proxy.counted())) };
  } finally {
    await Promise.all([...proxies, ...(target === undefined ? [] : [target])].map(({ stop }) => stop()));
  }
}

/**
 * @param {import('./contenders/contender.mjs').Step} step
 * @param {import('./contenders/contender.mjs').Contender} contender
 */
function commandsOf({ push, copy }, contender) {
  return push !== undefined && (copy === undefined || contender.prefersPush) ? contender.push(push) : contender.copy(copy);
}

function add(counts) {
  const names = Object.keys(counts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, counts.reduce((total, count) => total + count[name], 0)]));
}
