import { type ExecutorContext } from '@nx/devkit';
import { print } from '@nx-oci/publish';

import { type WrittenReleaseOptions } from '../../release/release-options';
import { taskIdOf } from '../task-id';
import { runRelease } from './run-release';

/** `nx-oci:release-publish` for one task, if Nx runs tasks one by one (`NX_BATCH_MODE=false`). */
export default async function releaseExecutor(options: WrittenReleaseOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName = '', targetName = '' } = context;
  const taskId = taskIdOf(context);
  const results = await runRelease([{ taskId, project: projectName, target: targetName, options }], context, false);
  const result = results.get(taskId);
  // Successes were already printed.
  if (result?.success === false) print(result.text);
  return { success: result?.success === true };
}
