import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { type ProjectConfiguration } from '@nx/devkit';
import {
  containersCall,
  containersPurpose,
  type ContainersTool,
  detectEngine,
  DOCKERFILE_ENGINES,
  type DockerfileEngine,
  type EngineHints,
  readEngineFacts,
  runToolOrFail,
} from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx-run/executor-names';

/** How an engine was found, which makes the images of some projects. */
export interface EngineDiagnosis {
  readonly name: DockerfileEngine;
  readonly outcome: 'passed' | 'failed';
  readonly text: string;
  readonly hint?: string;
}

/** The engines that must be there for the images of these projects; the native one always is. */
export async function findEngines(projects: readonly ProjectConfiguration[], workspaceRoot: string): Promise<readonly DockerfileEngine[]> {
  const targets = projects.flatMap(({ root, targets = {} }) =>
    Object.values(targets)
      .filter(({ executor }) => executor === BUILD_EXECUTOR)
      .map((target) => ({ root, hints: (target.options ?? {}) as EngineHints })),
  );
  const engines = await Promise.all(targets.map(({ root, hints }) => detectEngine(join(workspaceRoot, root), hints)));
  return DOCKERFILE_ENGINES.filter((name) => engines.includes(name));
}

interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly workspaceRoot: string;
}

/** Asks the engine that a build would use who it is. */
export async function checkEngine(name: DockerfileEngine, surroundings: Surroundings): Promise<EngineDiagnosis> {
  try {
    const text = name === 'docker' ? await askDocker(surroundings) : await askTool(name, surroundings);
    return { name, outcome: 'passed', text };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { name, outcome: 'failed', text: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
}

const BUILDER_NAMES = { buildx: 'buildx', buildkit: 'BuildKit', legacy: 'the legacy builder' } as const;

async function askDocker(surroundings: Surroundings): Promise<string> {
  const { clientVersion, serverVersion, builder } = await readEngineFacts(surroundings);
  return `Docker Engine ${serverVersion}, client ${clientVersion}, Dockerfiles built by ${BUILDER_NAMES[builder]}`;
}

async function askTool(tool: ContainersTool, surroundings: Surroundings): Promise<string> {
  const context = { tool, ...surroundings };
  const { stdout } = await runToolOrFail(containersCall(context, ['--version']), containersPurpose(context, `ask ${tool} for its version`));
  return stdout.trim();
}
