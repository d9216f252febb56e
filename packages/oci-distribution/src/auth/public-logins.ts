import { type KnownLogin } from '../host/registry-capabilities';

// By origin of the registry: registries that answer every first request with 401 and exactly this challenge, and whose token
// service has the same origin. Those of Docker Hub and GitLab have other origins, and credentials go only to hosts that the
// registry itself has named: in some network, another server may answer for its name.
const LOGINS: Readonly<Record<string, KnownLogin>> = {
  // https://github.com/opensciencegrid/cvmfs-singularity-sync/pull/353
  'https://ghcr.io': { kind: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io' },
};

/**
 * The login method of a public registry: saves a round trip on the first contact, as in every CI job. Like a remembered
 * method, it gives way to what the registry says.
 */
export function publicLogin(origin: string): KnownLogin | undefined {
  return LOGINS[origin];
}
