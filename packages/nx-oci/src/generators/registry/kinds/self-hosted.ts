import { isLoopback } from '@nx-oci/publish';

import { type Advice, type AdviceContext, namedLogin, type RegistryKind } from './kind';

/** Any other registry: distribution, zot, Gitea, a proxy of another one. */
export const selfHosted: RegistryKind = {
  name: 'self-hosted',
  title: 'Another host',
  nameEntry,
  host: { question: 'Host and port of the registry', example: 'registry.example.com:5000' },
  auth: (prefix, host) => (isLoopback(host) ? undefined : namedLogin(prefix)),
  advise,
};

// Labels that say that it is a registry, not whose.
const GENERIC = new Set(['registry', 'docker', 'images', 'hub', 'cr', 'oci', 'containers', 'www']);

/** `corp` for registry.corp.lan:5000; the kind for a host without a name of its own. */
function nameEntry(host: string): string {
  const labels = host.replace(/:.*$/, '').toLowerCase().split('.');
  const own = labels
    .slice(0, -1)
    .filter((label) => !GENERIC.has(label))
    .at(-1);
  return own !== undefined && /^[a-z][a-z0-9-]*$/.test(own) ? own : 'self-hosted';
}

function advise({ host, variables: { username, password } }: AdviceContext): Advice {
  const isHere = isLoopback(host);
  const unreachable = ['A registry on this machine is not there in CI: add one that is, or start it in the job.'];
  const token = 'Create an access token (or robot account) with push access there.';
  return {
    inGithub: isHere ? unreachable : [token, `Store it as a secret, and set ${username} and ${password} for the job.`],
    inGitlab: isHere ? unreachable : [token, `Set ${username} and ${password} (masked) as variables of the project.`],
    here: [
      isHere
        ? `If it needs a login: docker login ${host}`
        : `Log in once: docker login ${host}, with the token as the password. Without a login, access is anonymous.`,
    ],
    limits: isHere
      ? ['It is spoken to over plain HTTP.']
      : ['If your own authority signed its certificate: run this again with --ca=<file>.pem --force.'],
  };
}
