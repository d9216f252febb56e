import { registriesHeader } from '../registries-header';

/**
 * registries.yaml of a workspace that has none: a registry that needs no account, and the usual tags.
 *
 * @param exec the command with which the package manager runs programs of packages: `npx`, `pnpm exec`
 */
export const starterFor = (exec: string): string => `${registriesHeader(exec)}registries:
  # Comes with nx-oci: ${exec} oci-registry --port 5080 --folder tmp/registry
  local:
    host: localhost:\${NX_OCI_PORT:-5080}

# Defaults of every publish target; project options and the command line override them.
publish:
  # registries: [local] names those that images go to; with one registry it can be left out.
  # sha: a1b2c3d, the commit. major: v1. latest: moves for releases and from the default branch, never from uncommitted changes.
  tags: [sha, major, latest]
`;
