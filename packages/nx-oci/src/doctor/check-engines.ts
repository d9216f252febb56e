import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { type ProjectConfiguration } from '@nx/devkit';
import { detectEngine, DOCKERFILE_ENGINES, DOCKERFILE_TOOLS, type DockerfileEngine, type EngineHints } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';

/** The state of an engine, which builds the images of some projects. */
export interface EngineDiagnosis {
  readonly name: DockerfileEngine;
  readonly outcome: 'passed' | 'failed';
  readonly text: string;
  readonly hint?: string;
}

/** An engine that images need. */
export interface NeededEngine {
  readonly name: DockerfileEngine;
  /** Of buildx, if an image names one; the current builder by default. */
  readonly builder?: string;
}

/** The engines that the images of these projects need, each once; the native one is always available. */
export async function findEngines(projects: readonly ProjectConfiguration[], workspaceRoot: string): Promise<readonly NeededEngine[]> {
  const targets = projects.flatMap(({ root, targets = {} }) =>
    Object.values(targets)
      .filter(({ executor }) => executor === BUILD_EXECUTOR)
      .map((target) => ({ root, hints: (target.options ?? {}) as EngineHints })),
  );
  const engines = await Promise.all(
    targets.map(async ({ root, hints }) => ({ name: await detectEngine(join(workspaceRoot, root), hints), builder: hints.builder })),
  );
  return DOCKERFILE_ENGINES.flatMap((name) => {
    const builders = new Set(engines.filter((engine) => engine.name === name).map(({ builder }) => builder));
    return [...builders].map((builder): NeededEngine => (typeof builder === 'string' ? { name, builder } : { name }));
  });
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly workspaceRoot: string;
}

/** Asks the engine that a build would use for its version, and its builder whether it answers. */
export async function checkEngine({ name, builder }: NeededEngine, surroundings: Surroundings): Promise<EngineDiagnosis> {
  try {
    return { name, outcome: 'passed', text: await DOCKERFILE_TOOLS[name](surroundings).describe(builder) };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { name, outcome: 'failed', text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}
