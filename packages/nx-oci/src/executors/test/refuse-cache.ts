import { type ExecutorContext } from '@nx/devkit';
import { OciError } from '@nx-oci/model';

/**
 * Refuses a test whose result Nx would cache: what could not be checked here (no engine, no network) would count as checked on
 * other machines. A test itself remembers what it has proven about an image.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function refuseCache(
  { projectsConfigurations }: Pick<ExecutorContext, 'projectsConfigurations'>,
  { project, target }: { readonly project: string; readonly target: string },
): void {
  if (projectsConfigurations.projects[project]?.targets?.[target]?.cache !== true) return;
  throw new OciError(
    'OPTIONS_INVALID',
    `Cannot test the image of ${project}: Nx would keep the result of ${project}:${target}, and take a test without an engine or a network for one with both.`,
    {
      hint: `Set \`cache\` of ${target} to false; what a test has proven of an image is remembered without it.`,
    },
  );
}
