import { spawn } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  /** stdout and stderr in the order they arrived, without colours. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Added to the environment of this process. `undefined` removes a variable. */
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Runs a program to its end. Resolves with any exit code; a program that hangs is killed, which is an error. */
export function run(program: string, args: readonly string[], { cwd, env, timeoutMs = 300_000 }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      const output = Buffer.concat(chunks).toString('utf8');
      if (code === null) reject(new Error(`${program} ${args.join(' ')} was killed by ${signal ?? 'no signal'}:\n${output}`));
      else resolve({ code, output });
    });
  });
}

/** Runs a program that must succeed; if it fails, the error contains its output. */
export async function runOrFail(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, output } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}
