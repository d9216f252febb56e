import { type Outputs } from '@nx-oci/publish';

import { type WorkspacePlan } from './plan-schema';

/**
 * A plan as outputs of a step of GitHub Actions: `has-images` (`true` or `false`), `projects` (`api,web`) and `matrix`
 * (JSON for `strategy.matrix`). None of them names a registry, whose host may be a secret.
 */
export function planOutputs({ hasImages, projects, matrix }: WorkspacePlan): Outputs {
  return { 'has-images': String(hasImages), projects, matrix: JSON.stringify(matrix) };
}

/** The same for a dotenv report of GitLab, which parses names with a space or quote in its own way. */
export function planDotenv({ hasImages, projects }: WorkspacePlan): string {
  return `NX_OCI_HAS_IMAGES=${hasImages}\nNX_OCI_PROJECTS=${/^[^\s'"\\$#]*$/.test(projects) ? projects : ''}\n`;
}
