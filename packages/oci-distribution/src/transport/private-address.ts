import { BlockList, isIP } from 'node:net';

import { isLoopbackName } from './is-plain-http';

// Targets of a hostile redirect: this machine, its network, a cloud's metadata service.
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
  // Addresses that contain any IPv4 address: NAT64 and 6to4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

/**
 * Whether the host of a URL is an address literal (or `localhost`) of this machine or a private network. Names are not
 * resolved: an attacker's DNS could answer differently a moment later anyway.
 *
 * @param hostname of `URL.hostname`: numeric forms are already normalised, IPv6 is in brackets.
 */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isLoopbackName(host) || host.endsWith('.localhost')) return true;
  const family = isIP(host);
  // BlockList handles IPv4-mapped IPv6 addresses.
  return family !== 0 && PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
