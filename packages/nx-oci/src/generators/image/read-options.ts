import { type Tree } from '@nx/devkit';
import { problemsToError } from '@nx-oci/publish';

import { readTypedPartly } from '../typed-options';
import { checkOptions } from './options/check-options';
import { platformProblems } from './options/choose-platforms';
import { findProject, type FoundProject } from './options/find-project';
import { type ImageOptions, imageOptionsSchema } from './options/image-options';
import { type ResolvedProjects } from '../resolved-projects';

export interface WrittenOptions {
  readonly written: object;
  /** The command line of the process. */
  readonly argv: readonly string[];
}

/**
 * Reads the options and finds their project.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems of both
 */
export function readImageOptions(
  tree: Tree,
  { written, argv }: WrittenOptions,
  resolved: ResolvedProjects | undefined,
): { readonly options: ImageOptions; readonly found: FoundProject } {
  const { options, problems } = readTypedPartly(written, imageOptionsSchema, argv);
  const { project } = options;
  if (project === undefined) throw problemsToError('OPTIONS_INVALID', 'Cannot use these options', problems);
  const all = [...problems, ...checkOptions(options)];
  const found = findProject(tree, project, resolved, all);
  // Without one, those that `checkOptions` finds are reported later, together with those of the kind, which reads the platforms.
  if (problems.length > 0 || platformProblems(options.platforms).length > 0)
    throw problemsToError('OPTIONS_INVALID', `Cannot give ${project} an image`, all);
  return { options: { ...options, project }, found };
}
