import { BlockList, isIP, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

// By these names containers and virtual machines reach the loopback of their host. ".internal" is in no public DNS, so no
// web page can own them.
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
 * Whether a name or an address, without brackets, is this machine's own: a loopback address, `localhost` and what is below
 * it (RFC 6761 keeps those on this machine), the name of the host in an engine's network, or an address of ours (a port
 * that was forwarded; an address cannot be rebound).
 */
export function isLocalName(name: string): boolean {
  if (isIP(name) !== 0) return isLoopbackAddress(name) || isOwnAddress(name);
  return name === 'localhost' || name.endsWith('.localhost') || ENGINE_NAMES.has(name);
}

/** Whether an address that a server listens on is reached from this machine alone. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) === 0 ? address === 'localhost' : LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function isOwnAddress(name: string): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === name));
}
