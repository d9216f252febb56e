/** A separate network bridge, so that our engine shares nothing with other engines on this machine. */
import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { lastLines, runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';

/**
 * Creates the bridge, or reuses one that an earlier start left.
 *
 * @param {string} folder the engine's folder; the bridge is named after it
 * @returns {Promise<string>} its name
 */
export async function addBridge(folder) {
  const hash = createHash('sha256').update(folder).digest();
  const name = `nxoci-${hash.toString('hex').slice(0, 8)}`; // the kernel allows 15 characters
  await removeBridge(name);
  await ip(['link', 'add', 'name', name, 'type', 'bridge']);
  await ip(['address', 'add', `${freeSubnet(hash[0])}.1/24`, 'dev', name]);
  await ip(['link', 'set', name, 'up']);
  return name;
}

/** @param {string} name */
export async function removeBridge(name) {
  if ((await runProgram(requireTool('ip'), ['link', 'show', name])).code === 0) await ip(['link', 'delete', name]);
}

/** @param {number} first where to begin looking, 0 to 255 */
function freeSubnet(first) {
  const used = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
  const candidates = Array.from({ length: 256 }, (_, offset) => `10.213.${(first + offset) % 256}`);
  const free = candidates.find((subnet) => !used.some((address) => address.startsWith(`${subnet}.`)));
  if (!free) throw new Error('Cannot make a network for Docker: all of 10.213.0.0/16 is in use. Stop what other clones have started.');
  return free;
}

/** @param {readonly string[]} args */
async function ip(args) {
  const { code, stderr } = await runProgram(requireTool('ip'), args);
  if (code !== 0)
    throw new Error(`Cannot make a network for Docker: ip ${args.join(' ')} ended with ${code}: ${lastLines(stderr)}. Are you root?`);
}
