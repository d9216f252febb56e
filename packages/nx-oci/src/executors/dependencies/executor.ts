import { type ExecutorContext } from '@nx/devkit';
import { describeError, print } from '@nx-oci/publish';

import { restoreTexts } from '../restore-texts';
import { installAll } from './install-all';
import { libcOfMachine } from './libc-of-machine';
import { normalizeOptions, type DependenciesOptions } from './normalize-options';

/** `nx-oci:dependencies`: the production dependencies of a project, installed for the platform of its image. */
export default async function dependenciesExecutor(written: DependenciesOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName: project = '', root: workspaceRoot, taskGraph } = context;
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.on('SIGTERM', stop).on('SIGINT', stop);
  try {
    const machine = { os: process.platform, cpu: process.arch, libc: libcOfMachine() };
    const installs = normalizeOptions(restoreTexts(written, taskGraph), { workspaceRoot, project, machine });
    await installAll(installs, { workspaceRoot, project, env: process.env, signal: abort.signal, print });
    return { success: true };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}
