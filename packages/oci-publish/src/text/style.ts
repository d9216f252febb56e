import { createColors } from 'picocolors';

/**
 * Uses colours where they are visible: in a terminal, and in the logs of CI systems that show them. Nx sets FORCE_COLOR for every
 * task, so it is ignored; NO_COLOR takes precedence.
 *
 * @see https://no-color.org
 */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTerminal || env['GITHUB_ACTIONS'] === 'true' || env['GITLAB_CI'] === 'true';
}

/** The styles of all output. A batch has no terminal of its own, but Nx may show it in a pane that has. */
export const style = createColors(wantsColor(process.env, process.stdout.isTTY || process.env['NX_TUI'] === 'true'));
