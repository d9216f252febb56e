import { REGISTRIES_HEADER } from '../registries-header';

/** registries.yaml of a workspace that has none: a registry that needs no account, and the usual tags. */
export const STARTER = `${REGISTRIES_HEADER}registries:
  # Comes with nx-oci: npx oci-registry --port 5080 --folder tmp/registry
  local:
    host: localhost:\${NX_OCI_PORT:-5080}
    guard: false # floating tags move from any branch and working tree

# Defaults of every publish target; project options and the command line go before them.
publish:
  # Images go to the only registry there is. With several, name the usual ones: registries: [local]
  # sha: a1b2c3d, the commit. major: v1. latest: moves for releases and from the default branch.
  tags: [sha, major, latest]
`;

/** What to do after `nx add nx-oci`, for the terminal. */
export const NEXT_STEPS = `nx-oci is ready. Next:
  nx g nx-oci:image <project>       gives a project the targets image and publish (one with a Dockerfile has them already)
  nx g nx-oci:registry              adds a registry to registries.yaml
  nx g nx-oci:ci                    writes the pipeline that publishes what changed, for GitHub Actions or GitLab CI
  npx oci-registry --port 5080 --folder tmp/registry
                                    starts the local registry of registries.yaml
  nx run <project>:publish          builds, pushes, verifies, then sets the tags; --dryRun shows the plan
`;
