import { isCi } from '@nx-oci/publish';

/** What determines how Nx shows a run in a terminal without its own interface. */
export interface ListClues {
  /** The command line of the Nx process: `node /path/to/nx run-many -t publish`. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Whether a task of the run continues until it is stopped: a registry, a server. */
  readonly hasEndless: boolean;
}

/**
 * Whether Nx draws a list of tasks with ticks and spinners, ten times a second, over the last output: its default in a terminal
 * without the terminal interface (`NX_TUI=false`), unless an option asks for lines.
 *
 * Nx 22 to 24, `shouldUseDynamicLifeCycle` in `tasks-runner/run-command.js`. For `--batch` Nx sets NX_STREAM_OUTPUT, too,
 * but only after it has decided.
 */
export function drawsTaskList({ argv, env, hasEndless }: ListClues): boolean {
  if (isCi(env) || hasEndless || addsLines(argv, env)) return false;
  if (env['NX_BATCH_MODE'] === 'true' || env['NX_VERBOSE_LOGGING'] === 'true') return false;
  if (env['NX_TASKS_RUNNER_DYNAMIC_OUTPUT'] === 'false') return false;
  return env['NX_STREAM_OUTPUT'] !== 'true' || argv.includes('--batch');
}

/**
 * Whether the requested output style only adds lines: `static`, `static-failures-only`, `stream`,
 * `stream-without-prefixes`.
 */
export function addsLines(argv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return /^(?:static|stream)/.test(outputStyleOf(argv, env) ?? '');
}

/** The requested output style; `nx release` itself requests one. */
export function outputStyleOf(argv: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  const written = argv.flatMap((word, index) => {
    const [flag, value] = word.split('=', 2);
    if (flag !== '--output-style' && flag !== '--outputStyle') return [];
    return [value ?? argv[index + 1]];
  });
  return written[0] ?? env['NX_DEFAULT_OUTPUT_STYLE'] ?? (argv.includes('release') ? 'static' : undefined);
}

/** Whether Nx runs a target of several projects, or of one: it shows the two in different ways. */
export function isRunOfMany(argv: readonly string[]): boolean {
  return argv.includes('run-many') || argv.includes('affected');
}
