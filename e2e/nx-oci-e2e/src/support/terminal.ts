import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a person saw in their terminal while a command ran. */
export interface SeenInTerminal {
  /** One for each time that the screen was another one: its lines, without colours. */
  readonly screens: readonly string[];
  /** What stands there when the command has ended, what scrolled away included. */
  readonly end: string;
  /** Whether a screen had a colour, or bold or dim letters. */
  readonly hadStyles: boolean;
}

export interface TerminalCommand {
  /** For a shell. */
  readonly command: string;
  readonly cwd: string;
  /** The whole environment, but what every terminal has. */
  readonly env: Readonly<Record<string, string>>;
}

const STYLE = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]+m`);
const MOST_MS = 60_000;

/** Runs a command in a terminal of 120 columns and 40 rows, and looks at it several times a second until it has ended. */
export async function runInTerminal(tmux: string, { command, cwd, env }: TerminalCommand): Promise<SeenInTerminal> {
  // A server of its own: whoever runs the specs may have one.
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-tmux-'));
  const call = async (...args: readonly string[]): Promise<string> =>
    (await execute(tmux, ['-u', '-S', join(folder, 'socket'), '-f', '/dev/null', ...args], { cwd, env: terminalEnvironment(env) })).stdout;
  // What is shown stays until the terminal is closed.
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
