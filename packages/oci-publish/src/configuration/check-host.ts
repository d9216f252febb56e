import { isRegistryHost } from '@nx-oci/model';

import { type CheckedValue } from '../text/problem';
import { showValue } from './values/show-value';

const HIGHEST_PORT = 65_535;

// What people know Docker Hub by. The name in references is docker.io, whichever host answers.
const DOCKER_HUB_NAMES = new Set(['hub.docker.com', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

const RULE = 'a host name, with a port if it is not the usual one, like ghcr.io or localhost:5080';

/** What is wrong with a host that no image reference can start with. The host is without variables. */
export function checkHost(host: string): CheckedValue | undefined {
  const login = checkHostLogin(host);
  if (login !== undefined) return login;
  const scheme = /^([A-Za-z]{1,20}):\/\//.exec(host)?.[0];
  if (scheme !== undefined) return checkScheme(scheme, host.slice(scheme.length));
  const [name, ...path] = host.split('/');
  if (path.length > 0) {
    const fix = `write \`host: ${showValue(String(name))}\`, and the path under \`namespace\``;
    return { fault: 'contains a path', detail: `contains a path: ${showValue(host)}`, fix, rule: RULE };
  }
  if (!isRegistryHost(host) || !isPort(/:(\d+)$/.exec(host)?.[1])) {
    const fix = 'write host or host:port, like ghcr.io or localhost:5080';
    return { fault: 'is not a host name', detail: `is not a host name: ${host === '' ? '(empty)' : showValue(host)}`, fix, rule: RULE };
  }
  if (DOCKER_HUB_NAMES.has(host)) {
    const fault = 'is not the name that images carry';
    return { fault, detail: `${fault}: ${host}`, fix: 'write `host: docker.io`', rule: '`docker.io`' };
  }
  return checkBareName(host);
}

/** A login in a URL is a secret, also in the default of a variable: say that it is there, not what it is. */
export function checkHostLogin(host: string): CheckedValue | undefined {
  if (!host.includes('@')) return undefined;
  return { fault: 'contains a login', fix: 'write only the host here, and the login under `auth`', rule: RULE };
}

function checkScheme(scheme: string, rest: string): CheckedValue {
  const host = showValue(rest.replace(/\/.*$/s, ''));
  const more = scheme.toLowerCase() === 'http://' ? ' and `plainHttp: true`' : '';
  return { fault: 'starts with a scheme', detail: `starts with ${scheme}`, fix: `drop it: \`host: ${host}\`${more}`, rule: RULE };
}

// A first component without dot, colon or the name localhost is a path on Docker Hub to everything that parses references
// (github.com/distribution/reference v0.6.0, splitDockerDomain).
function checkBareName(host: string): CheckedValue | undefined {
  if (/[.:]/.test(host) || host === 'localhost') return undefined;
  const fix = `write its full name, or its port: \`${showValue(host)}:443\``;
  const fault = 'would be read as a path on docker.io';
  return { fault, detail: `${fault}: ${showValue(host)}`, fix, rule: RULE };
}

function isPort(digits: string | undefined): boolean {
  return digits === undefined || (Number(digits) > 0 && Number(digits) <= HIGHEST_PORT);
}
