import { portablePath } from '@nx-oci/model';

import { type ExecutorContext } from '@nx/devkit';
import { calculateDefaultProjectName, combineOptionsForExecutor, getExecutorInformation, parseExecutor } from 'nx/src/devkit-internals';

/**
 * The options of another target, with the defaults of its schema, as without a command line: like `readTargetOptions` of
 * @nx/devkit.
 */
export function readTargetOptions(place: { readonly project: string; readonly target: string }, context: ExecutorContext): unknown {
  const { projects } = context.projectsConfigurations;
  const target = projects[place.project]?.targets?.[place.target];
  if (target?.executor === undefined)
    throw new Error(`Cannot read the options of ${place.project}:${place.target}: the target does not exist.`);
  const [module, executor] = parseExecutor(target.executor);
  const { schema } = getExecutorInformation(module, executor, context.root, projects);
  const defaultProject = calculateDefaultProjectName(context.cwd, context.root, { version: 2, projects }, context.nxJsonConfiguration);
  const configuration = target.defaultConfiguration ?? '';
  return combineOptionsForExecutor({}, configuration, target, schema, defaultProject, portablePath(context.root, context.cwd));
}
