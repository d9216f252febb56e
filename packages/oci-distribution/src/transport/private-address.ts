import { BlockList, isIP } from 'node:net';

import { isLoopbackName } from './is-plain-http';

// Where a hostile registry would like to send us: this machine, its network, a cloud's metadata service.
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  // Addresses that stand for an IPv4 address, whichever that is: NAT64 and 6to4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

/**
 * Whether a URL's host is an address literal (or `localhost`) that only means something on this machine or network.
 * Names are not resolved: who controls a name's DNS could answer differently a moment later anyway.
 *
 * @param hostname as `URL.hostname` gives it: numeric forms are already normalised, IPv6 is in brackets.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isLoopbackName(host) || host.endsWith('.localhost')) return true;
  const family = isIP(host);
  // BlockList looks through IPv4-mapped IPv6 addresses on its own.
  return family !== 0 && PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
