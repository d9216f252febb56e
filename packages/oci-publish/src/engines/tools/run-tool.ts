import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import { knownSecrets, OciError } from '@nx-oci/model';

import { createTailBuffer } from './tail-buffer';

/** One call of an external program, without a shell: arguments are passed unchanged. */
export interface ToolCall {
  readonly program: string;
  /** Visible to every user of the machine in its process list: must not contain a secret. */
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** For stdin, which is the way to pass a secret. Without it stdin is closed. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Called with each line of stdout and stderr, with colours, without secrets. */
  readonly onLine?: (line: string) => void;
}

/** The result of a program, with any exit code. */
export interface ToolOutcome {
  readonly exitCode: number;
  /** Without terminal control characters; at most the last 1 MiB. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Texts for a failed call. */
export interface ToolPurpose {
  /** As in "Cannot <purpose>": `build the image of api`. */
  readonly purpose: string;
  /** How to install the program. */
  readonly install: string;
  readonly hint?: string;
}

// Nx kills a task 5 s after its SIGTERM: our child processes must end before that, and docker ignores a SIGTERM while it waits
// for its engine.
const KILL_AFTER_MS = 2000;

const KEPT_CHARACTERS = 1024 * 1024;

const QUOTED_LINES = 8;
const QUOTED_CHARACTERS = 500;

/**
 * Runs a program to its end: the only place that starts processes for engines.
 *
 * @throws OciError `ENGINE_MISSING` if the program is not installed, `ABORTED` by the signal, `ENGINE_FAILED` if it was killed.
 */
export async function runTool(call: ToolCall, purpose: ToolPurpose): Promise<ToolOutcome> {
  // Loaded only when a tool starts: loading takes as long as the rest of a publish that needs no tool.
  const { execa } = await import('execa');
  const subprocess = execa(call.program, call.args, {
    env: call.env,
    extendEnv: false,
    cwd: call.cwd,
    ...(call.input === undefined ? { stdin: 'ignore' } : { input: call.input }),
    ...(call.signal === undefined ? {} : { cancelSignal: call.signal }),
    forceKillAfterDelay: KILL_AFTER_MS,
    // It would end this process at the first signal, before the program's temporary login is removed: the abort signal ends the
    // program.
    cleanup: false,
    windowsHide: true,
    buffer: false,
    reject: false,
  });
  // Children of a stopped program may keep its output open for any time.
  subprocess.once('exit', () => {
    if (call.signal?.aborted === true) for (const stream of [subprocess.stdout, subprocess.stderr]) stream.destroy();
  });
  const [stdout, stderr, result] = await Promise.all([
    collectLines(subprocess.stdout, call.onLine),
    collectLines(subprocess.stderr, call.onLine),
    subprocess,
  ]);
  if (result.isCanceled) throw new OciError('ABORTED', `Stopped before ${call.program} could ${purpose.purpose}.`);
  if (result.code === 'ENOENT') throw missingProgram(call, purpose);
  if (result.exitCode === undefined) {
    throw new OciError('ENGINE_FAILED', `Cannot ${purpose.purpose}: ${call.program} was killed by ${result.signal ?? 'the system'}.`, {
      hint: 'Another process or the system stopped it, perhaps because memory ran out. Run it again.',
      cause: result.cause,
    });
  }
  return { exitCode: result.exitCode, stdout, stderr };
}

/**
 * Runs a program that must succeed.
 *
 * @throws OciError as `runTool`; `ENGINE_FAILED` with the program's last lines if its exit code is not 0.
 */
export async function runToolOrFail(call: ToolCall, purpose: ToolPurpose): Promise<ToolOutcome> {
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode === 0) return outcome;
  throw toolFailure(call, outcome, purpose);
}

/** The failure of a program that ended by itself, with its own output. */
export function toolFailure(call: Pick<ToolCall, 'program' | 'args'>, outcome: ToolOutcome, purpose: ToolPurpose): OciError {
  const said = lastLines(outcome);
  const what = `${call.program} ${call.args[0] ?? ''}`.trim();
  return new OciError(
    'ENGINE_FAILED',
    `Cannot ${purpose.purpose}: ${what} failed with exit code ${outcome.exitCode}.${said && `\n${said}`}`,
    {
      hint: purpose.hint ?? `Run it by hand to see more: ${what}.`,
    },
  );
}

/** The last output of a program, from stderr if there is any. */
export function lastLines(outcome: ToolOutcome): string {
  const lines = (outcome.stderr.trim() === '' ? outcome.stdout : outcome.stderr).split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-QUOTED_LINES)
    .map((line) => `  ${cutLine(knownSecrets().redactForeign(line))}`)
    .join('\n');
}

function cutLine(line: string): string {
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}…` : line;
}

function missingProgram(call: ToolCall, purpose: ToolPurpose): OciError {
  return new OciError('ENGINE_MISSING', `Cannot ${purpose.purpose}: the program "${call.program}" is not on the PATH.`, {
    hint: purpose.install,
  });
}

async function collectLines(stream: Readable, onLine: ToolCall['onLine']): Promise<string> {
  const kept = createTailBuffer(KEPT_CHARACTERS);
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  lines.on('line', (line) => {
    onLine?.(knownSecrets().redactForeign(line));
    kept.add(stripVTControlCharacters(line));
  });
  // A destroyed stream has no end, but readline waits for it.
  stream.once('close', () => lines.close());
  await once(lines, 'close');
  return kept.text();
}
