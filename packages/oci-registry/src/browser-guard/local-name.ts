import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

// Containers and virtual machines reach the loopback of their host by these names. ".internal" is not in the public DNS, so
// that no web site can own them.
const ENGINE_NAMES = new Set([
  'host.docker.internal',
  'gateway.docker.internal',
  'kubernetes.docker.internal',
  'host.containers.internal',
  'host.lima.internal',
  'host.orb.internal',
  'host.rancher-desktop.internal',
]);

/**
 * Whether a name or an address, without brackets, belongs to this machine: a loopback address, `localhost` and its subdomains
 * (which RFC 6761 reserves), the name of the host in an engine's network, or an address of this machine (for forwarded ports;
 * an address cannot be rebound).
 */
export function isLocalName(name: string): boolean {
  if (isIP(name) !== 0) return isLoopbackAddress(name) || isOwnAddress(name);
  return name === 'localhost' || name.endsWith('.localhost') || ENGINE_NAMES.has(name);
}

/** Whether only this machine can reach a server at this address. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 0 ? address === 'localhost' : LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function isOwnAddress(name: string): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === name));
}
