import { isRegistryHost } from '@nx-oci/model';

import { type Complaint } from './problem';

const HIGHEST_PORT = 65_535;

// What people know Docker Hub by. The name in references is docker.io, whichever host answers.
const DOCKER_HUB_NAMES = new Set(['hub.docker.com', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** Complains about a host that no image reference can start with. The host is without variables. */
export function checkHost(host: string): Complaint | undefined {
  const scheme = /^([A-Za-z]+):\/\//.exec(host)?.[0];
  // A login in a URL is a secret: say that it is there, not what it is.
  if (host.includes('@')) return { what: '`host` holds a login', fix: 'write the host alone, and the login under `auth`' };
  if (scheme !== undefined) return complainScheme(scheme, host.slice(scheme.length));
  const [name, ...path] = host.split('/');
  if (path.length > 0)
    return { what: `\`host\` holds a path: ${host}`, fix: `write \`host: ${String(name)}\`, and the path under \`namespace\`` };
  if (!isRegistryHost(host) || !isPort(/:(\d+)$/.exec(host)?.[1])) {
    return {
      what: `\`host\` is not a host name: ${host === '' ? '(empty)' : host}`,
      fix: 'write host or host:port, like ghcr.io or localhost:5080',
    };
  }
  if (DOCKER_HUB_NAMES.has(host)) return { what: `${host} is not the name that images carry`, fix: 'write `host: docker.io`' };
  return complainBareName(host);
}

function complainScheme(scheme: string, rest: string): Complaint {
  const host = rest.replace(/\/.*$/, '');
  const more = scheme.toLowerCase() === 'http://' ? ' and `plainHttp: true`' : '';
  return { what: `\`host\` starts with ${scheme}`, fix: `drop it: \`host: ${host}\`${more}` };
}

// A first component without dot, colon or the name localhost is a path on Docker Hub to everybody who reads references
// (github.com/distribution/reference v0.6.0, splitDockerDomain).
function complainBareName(host: string): Complaint | undefined {
  if (/[.:]/.test(host) || host === 'localhost') return undefined;
  return { what: `\`host: ${host}\` would be read as a path on docker.io`, fix: `write its full name, or its port: \`${host}:443\`` };
}

function isPort(digits: string | undefined): boolean {
  return digits === undefined || (Number(digits) > 0 && Number(digits) <= HIGHEST_PORT);
}
