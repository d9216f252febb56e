import { type KnownLogin } from './host-facts';

// By origin of the registry: those that answer any first request of anybody with 401 and just this, and whose token service
// is at their own origin. Docker Hub and GitLab have theirs elsewhere: credentials go to no host that the registry itself
// has not named, whoever may answer for its name in some network.
const LOGINS: Readonly<Record<string, KnownLogin>> = {
  // https://github.com/opensciencegrid/cvmfs-singularity-sync/pull/353
  'https://ghcr.io': { kind: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io' },
};

/**
 * How a public registry is entered: saves whoever meets it for the first time, as every CI job does, a round trip. As good
 * as what an earlier run saw, and no better: the registry's own word goes before it.
 */
export function publicLogin(origin: string): KnownLogin | undefined {
  return LOGINS[origin];
}
