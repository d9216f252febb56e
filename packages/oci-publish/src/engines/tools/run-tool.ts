import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import { knownSecrets, OciError } from '@nx-oci/model';

import { createTailBuffer } from './tail-buffer';

/** One call of an external program. There is no shell: every argument arrives as it is written here. */
export interface ToolCall {
  readonly program: string;
  /** Seen by every user of the machine in its process list: no secret goes here. */
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** For stdin, which is the way a secret takes. Without it stdin is closed. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Gets each line of stdout and stderr as it comes, colours included, without secrets. */
  readonly onLine?: (line: string) => void;
}

/** What a program left: any exit code is an outcome here. */
export interface ToolOutcome {
  readonly exitCode: number;
  /** Without terminal control characters; of more than 1 MiB the end. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What to say when a call fails. */
export interface ToolPurpose {
  /** As in "Cannot <purpose>": `build the image of api`. */
  readonly purpose: string;
  /** How to get the program. */
  readonly install: string;
  readonly hint?: string;
}

// Nx kills a task 5 s after its SIGTERM: what we started has to be gone before that, and docker does not heed a SIGTERM
// while it waits for its engine.
const KILL_AFTER_MS = 2000;

const KEPT_CHARACTERS = 1024 * 1024;

const QUOTED_LINES = 8;
const QUOTED_CHARACTERS = 500;

/**
 * Runs a program to its end: the one place that starts processes for engines.
 *
 * @throws OciError `ENGINE_MISSING` when there is no such program, `ABORTED` by the signal, `ENGINE_FAILED` when it was
 *   killed from outside.
 */
export async function runTool(call: ToolCall, purpose: ToolPurpose): Promise<ToolOutcome> {
  // Loaded only when a tool starts: it takes as long as all the rest of a publish that needs none.
  const { execa } = await import('execa');
  const subprocess = execa(call.program, call.args, {
    env: call.env,
    extendEnv: false,
    cwd: call.cwd,
    ...(call.input === undefined ? { stdin: 'ignore' } : { input: call.input }),
    ...(call.signal === undefined ? {} : { cancelSignal: call.signal }),
    forceKillAfterDelay: KILL_AFTER_MS,
    // It would end this process as soon as a signal comes, before a login that the program was given is removed: the
    // abort signal ends the program.
    cleanup: false,
    windowsHide: true,
    buffer: false,
    reject: false,
  });
  // What a program that was stopped has left running may hold its output open for as long as it likes.
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
 * Runs a program that has to succeed.
 *
 * @throws OciError as `runTool`; `ENGINE_FAILED` with the program's own last lines when it ends with another code than 0.
 */
export async function runToolOrFail(call: ToolCall, purpose: ToolPurpose): Promise<ToolOutcome> {
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode === 0) return outcome;
  throw toolFailure(call, outcome, purpose);
}

/** The failure of a program that ended by itself, in its own words. */
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

/** What a program said last, on stderr if it said anything there. */
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
  // A stream that was destroyed has no end, which is what readline waits for.
  stream.once('close', () => lines.close());
  await once(lines, 'close');
  return kept.text();
}
