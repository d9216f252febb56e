import { type ExecutorContext } from '@nx/devkit';
import { createImageTester, describeError, print, type TestOptions } from '@nx-oci/publish';

import { withParts } from '../../image-inputs/image-parts';
import { graphOf } from '../../image-inputs/workspace-graph';
import { readRunPid } from '../../nx-run/run-pid';
import { interruptible } from '../interruptible';
import { restoreTexts } from '../restore-texts';
import { refuseCache } from './refuse-cache';

/** `nx-oci:test` for one task, if Nx runs tasks one by one (`NX_BATCH_MODE=false`). */
export default function testExecutor(options: TestOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  return interruptible(({ signal }) => test(options, context, signal));
}

async function test(options: TestOptions, context: ExecutorContext, signal: AbortSignal): Promise<{ success: boolean }> {
  const { root: workspaceRoot, projectName: project = '', targetName: target = '', taskGraph } = context;
  const tester = createImageTester({ workspaceRoot, env: process.env, signal, runPid: readRunPid() });
  try {
    refuseCache(context, { project, target });
    print(await tester.test({ project, options: restoreTexts(options, taskGraph), ...withParts(graphOf(context), { project, target }) }));
    return { success: true };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  } finally {
    await tester.close();
  }
}
