import { type ExecutorContext } from '@nx/devkit';
import { describeError, print } from '@nx-oci/publish';

import { interruptible } from '../interruptible';
import { restoreTexts } from '../restore-texts';
import { installAll } from './install-all';
import { libcOfMachine } from './libc-of-machine';
import { normalizeOptions, type DependenciesOptions } from './normalize-options';

/** `nx-oci:dependencies`: the production dependencies of a project, installed for the platform of its image. */
export default async function dependenciesExecutor(written: DependenciesOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName: project = '', root: workspaceRoot, taskGraph } = context;
  try {
    const machine = { os: process.platform, cpu: process.arch, libc: libcOfMachine() };
    const installs = normalizeOptions(restoreTexts(written, taskGraph), { workspaceRoot, project, machine });
    await interruptible(({ signal }) => installAll(installs, { workspaceRoot, project, env: process.env, signal, print }));
    return { success: true };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}
