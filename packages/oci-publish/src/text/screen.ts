/** What a text is laid out for. */
export interface Screen {
  /** The width of the terminal; absent if lines may have any length, as in a file or a log. */
  readonly columns?: number;
  readonly hasColor: boolean;
}

/** The screen that a stream of this process prints to. */
export function screenOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>, env: NodeJS.ProcessEnv): Screen {
  // A terminal whose size is not known says 0.
  return { hasColor: wantsColor(env, isTTY), ...(isTTY && columns > 0 && { columns }) };
}

/**
 * Whether colours are wanted: in a terminal, and in the logs of CI systems that show them. NO_COLOR takes precedence, and a terminal
 * with `TERM=dumb` has none. FORCE_COLOR counts only as a number (`0` to `3`): Nx sets it to `true` for every task.
 *
 * @see https://no-color.org
 */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { NO_COLOR: none, FORCE_COLOR: forced = '', TERM: term } = env;
  if (none !== undefined && none !== '') return false;
  if (/^[0-3]$/.test(forced)) return forced !== '0';
  if (forced === 'false' || (isTerminal && term === 'dumb')) return false;
  return isTerminal || env['GITHUB_ACTIONS'] === 'true' || env['GITLAB_CI'] === 'true';
}
