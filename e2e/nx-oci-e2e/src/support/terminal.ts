import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a terminal showed while a command ran. */
export interface TerminalOutput {
  /** One entry per change of the screen: its lines, without colours. */
  readonly screens: readonly string[];
  /** The final output, including what scrolled away. */
  readonly end: string;
  /** Whether a screen ever had colours, or bold or dim text. */
  readonly hadStyles: boolean;
}

export interface TerminalCommand {
  /** A shell command. */
  readonly command: string;
  readonly cwd: string;
  /** The whole environment, except what every terminal sets. */
  readonly env: Readonly<Record<string, string>>;
}

const STYLE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]+m`);
const MOST_MS = 60_000;

/** Runs a command in a terminal of 120 columns and 40 rows, and captures the screen several times a second until it ends. */
export async function runInTerminal(tmux: string, { command, cwd, env }: TerminalCommand): Promise<TerminalOutput> {
  // Its own tmux server: the user may have one running.
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-tmux-'));
  const call = async (...args: readonly string[]): Promise<string> =>
    (await execute(tmux, ['-u', '-S', join(folder, 'socket'), '-f', '/dev/null', ...args], { cwd, env: terminalEnvironment(env) })).stdout;
  // Keeps the output on the screen until the terminal is closed.
  await call('new-session', '-d', '-x', '120', '-y', '40', `${command}; echo "ended with $?"; exec sleep 600`);
  try {
    const screens: string[] = [];
    let hadStyles = false;
    const startedAt = performance.now();
    while (!/^ended with \d+$/m.test(screens.at(-1) ?? '')) {
      if (performance.now() - startedAt > MOST_MS) throw new Error(`${command} did not end:\n${screens.at(-1) ?? ''}`);
      const [screen, coloured] = [await call('capture-pane', '-p'), await call('capture-pane', '-pe')];
      hadStyles ||= STYLE.test(coloured);
      if (screen !== screens.at(-1)) screens.push(screen);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return {
      screens,
      hadStyles,
      end: await call('capture-pane', '-p', '-S', '-'),
    };
  } finally {
    await call('kill-server');
    rmSync(folder, { recursive: true, force: true });
  }
}

function terminalEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env };
}
