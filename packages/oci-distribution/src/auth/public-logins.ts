import { type KnownLogin } from '../host-facts';

// By origin of the registry. All of them answer any first request of anybody with 401 and just this.
// See https://distribution.github.io/distribution/spec/auth/token/ (Docker Hub),
// https://github.com/opensciencegrid/cvmfs-singularity-sync/pull/353 (GHCR) and
// https://github.com/deitch/docker_registry2/issues/14 (GitLab).
const LOGINS: Readonly<Record<string, KnownLogin>> = {
  'https://registry-1.docker.io': { kind: 'bearer', realm: 'https://auth.docker.io/token', service: 'registry.docker.io' },
  'https://ghcr.io': { kind: 'bearer', realm: 'https://ghcr.io/token', service: 'ghcr.io' },
  'https://registry.gitlab.com': { kind: 'bearer', realm: 'https://gitlab.com/jwt/auth', service: 'container_registry' },
};

/**
 * How a public registry is entered: saves whoever meets it for the first time, as every CI job does, a round trip. As good
 * as what an earlier run saw, and no better: the registry's own word goes before it.
 */
export function publicLogin(origin: string): KnownLogin | undefined {
  return LOGINS[origin];
}
