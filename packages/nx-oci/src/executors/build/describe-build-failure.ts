import { isOciError } from '@nx-oci/model';
import { describeError } from '@nx-oci/publish';

/** An error of a build; for missing files that another task creates, with what to change in an Nx workspace. */
export function describeBuildFailure(error: unknown): string {
  const text = describeError(error);
  if (!isOciError(error, 'LAYER_SOURCE_MISSING')) return text;
  return `${text}\n  → If a target creates them, add it to \`dependsOn\` of the image target.`;
}
