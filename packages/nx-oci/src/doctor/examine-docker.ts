import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { type ProjectConfiguration } from '@nx/devkit';

import { detectEngine, type EngineHints } from '../engines/detect-engine';
import { type DockerContext } from '../engines/docker/docker-call';
import { readEngineFacts } from '../engines/docker/engine-facts';
import { BUILD_EXECUTOR } from '../executors/executor-names';

/** How Docker Engine was found, which makes the images of some projects. */
export type DockerDiagnosis =
  { readonly outcome: 'passed'; readonly text: string } | { readonly outcome: 'failed'; readonly text: string; readonly hint?: string };

/** Whether an engine must run for one of these projects. */
export async function needsDocker(projects: readonly ProjectConfiguration[], workspaceRoot: string): Promise<boolean> {
  const targets = projects.flatMap(({ root, targets = {} }) =>
    Object.values(targets)
      .filter(({ executor }) => executor === BUILD_EXECUTOR)
      .map((target) => ({ root, hints: (target.options ?? {}) as EngineHints })),
  );
  const engines = await Promise.all(targets.map(({ root, hints }) => detectEngine(join(workspaceRoot, root), hints)));
  return engines.includes('docker');
}

/** Asks the engine that a build would use who it is. */
export async function examineDocker(context: DockerContext): Promise<DockerDiagnosis> {
  try {
    const { clientVersion, serverVersion, builder } = await readEngineFacts(context);
    return { outcome: 'passed', text: `Docker Engine ${serverVersion}, client ${clientVersion}, Dockerfiles built by ${builder}` };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { outcome: 'failed', text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}
