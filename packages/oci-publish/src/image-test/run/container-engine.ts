import { isOciError, knownSecrets, OciError } from '@nx-oci/model';

import { lastLines, runTool, toolFailure, type ToolCall, type ToolOutcome, type ToolPurpose } from '../../engines/tools/run-tool';
import { RUN_ENGINES, type RunEngine } from './run-options';

export interface EngineContext {
  /** The whole environment of each call. */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly signal?: AbortSignal | undefined;
}

/** A running engine. Docker and podman accept the same arguments for everything needed here. */
export interface ContainerEngine {
  readonly name: RunEngine;
  /** Its own platform: `linux/amd64`. */
  readonly platform: string;
  /** Resolves with any exit code. */
  call(purpose: string, args: readonly string[], more?: CallOptions): Promise<ToolOutcome>;
  /** @throws OciError `ENGINE_FAILED` with its last lines. */
  callOrFail(purpose: string, args: readonly string[], more?: CallOptions): Promise<string>;
}

export interface CallOptions extends Pick<ToolCall, 'onLine'> {
  /** Replaces the engine's own signal; `null` for calls that also run after the test was stopped. */
  readonly signal?: AbortSignal | null;
}

/** @returns an engine, or why none answers, by name */
export async function findEngine(asked: RunEngine | undefined, context: EngineContext): Promise<ContainerEngine | string> {
  const reasons: string[] = [];
  for (const name of asked === undefined ? RUN_ENGINES : [asked]) {
    const found = await tryEngine(name, context);
    if (typeof found !== 'string') return found;
    reasons.push(found);
  }
  return reasons.join('; ');
}

const QUESTIONS: Readonly<Record<RunEngine, readonly string[]>> = {
  docker: ['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'],
  podman: ['info', '--format', '{{.Host.OS}}/{{.Host.Arch}}'],
};

async function tryEngine(name: RunEngine, context: EngineContext): Promise<ContainerEngine | string> {
  try {
    const outcome = await runTool(toolCall(name, QUESTIONS[name], context), purposeOf(name, `ask ${name} for its platform`));
    const platform = outcome.stdout.trim();
    if (outcome.exitCode === 0 && /^\w+\/\w+$/.test(platform)) return openEngine(name, platform, context);
    return `${name} does not answer (${lastLines(outcome).trim().split('\n').at(-1)?.trim() ?? ''})`;
  } catch (error) {
    if (isOciError(error, 'ENGINE_MISSING')) return `there is no command \`${name}\``;
    throw error;
  }
}

function openEngine(name: RunEngine, platform: string, context: EngineContext): ContainerEngine {
  const call: ContainerEngine['call'] = (purpose, args, { signal, onLine } = {}) => {
    const own = signal === null ? undefined : (signal ?? context.signal);
    const wanted = { ...toolCall(name, args, { ...context, signal: own }), ...(onLine !== undefined && { onLine }) };
    return runTool(wanted, purposeOf(name, purpose));
  };
  return {
    name,
    platform,
    call,
    async callOrFail(purpose, args, more) {
      const outcome = await call(purpose, args, more);
      if (outcome.exitCode !== 0) throw toolFailure({ program: name, args }, outcome, purposeOf(name, purpose));
      return outcome.stdout.trim();
    },
  };
}

function toolCall(name: RunEngine, args: readonly string[], { env, workspaceRoot, signal }: EngineContext): ToolCall {
  // Hints ("What's next: …") are advertisements in the output that we parse.
  return { program: name, args, env: { ...env, DOCKER_CLI_HINTS: 'false' }, cwd: workspaceRoot, ...(signal && { signal }) };
}

function purposeOf(name: RunEngine, purpose: string): ToolPurpose {
  return { purpose, install: `Install ${name}, or set \`run\` to auto or never.` };
}

/** The last output of a container. */
export async function lastOutput(engine: ContainerEngine, container: string): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await engine.call('read what it printed', ['logs', '--tail', '20', container], { signal: null });
  if (exitCode !== 0) return [];
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-20).map((line) => knownSecrets().redactForeign(line).slice(0, 500));
}

export function noEngine(project: string, reasons: string): OciError {
  return new OciError('ENGINE_UNREACHABLE', `Cannot run the image of ${project}: ${reasons}.`, {
    hint: 'Start Docker or podman, or install one of them.',
  });
}
