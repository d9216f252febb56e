const LAUNCHERS: ReadonlyMap<string, string> = new Map([
  ['npm', 'npx'],
  ['pnpm', 'pnpm exec'],
  ['yarn', 'yarn'],
  ['bun', 'bun'],
]);

// Only commands: `nx release gave …` is a sentence. A command with a launcher keeps it.
const COMMAND = /(?<![\w@./-]|(?:npx|exec|yarn|bun|pnpm) )nx (?=run [\w@]|run-many -|affected -|g nx-oci:|reset\b)/g;

// Written with npx, since a dependency's program is never in the PATH.
const PROGRAM = /(?<![\w@./-])npx (?=oci-registry\b)/g;

/**
 * Rewrites commands of nx in a text so that they can be typed here. If a package manager started nx (shown by the environment),
 * there may be no `nx` in the PATH.
 */
export function asTyped(text: string, { npm_config_user_agent: agent = '' }: NodeJS.ProcessEnv): string {
  const launcher = LAUNCHERS.get(/^\w*/.exec(agent)?.[0] ?? '');
  return launcher === undefined ? text : text.replace(COMMAND, `${launcher} nx `).replace(PROGRAM, `${launcher} `);
}
