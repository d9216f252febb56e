const LAUNCHERS: ReadonlyMap<string, string> = new Map([
  ['npm', 'npx'],
  ['pnpm', 'pnpm exec'],
  ['yarn', 'yarn'],
  ['bun', 'bun'],
]);

// Commands alone: `nx release gave …` is a sentence. What has a launcher keeps it.
const COMMAND = /(?<![\w@./-]|(?:npx|exec|yarn|bun|pnpm) )nx (?=run [\w@]|g nx-oci:|reset\b)/g;

/**
 * A text whose commands of nx can be typed here. Where nx was started by a package manager, which says so in the environment, there
 * may be no `nx` in the PATH.
 */
export function asTyped(text: string, { npm_config_user_agent: agent = '' }: NodeJS.ProcessEnv): string {
  const launcher = LAUNCHERS.get(/^\w*/.exec(agent)?.[0] ?? '');
  return launcher === undefined ? text : text.replace(COMMAND, `${launcher} nx `);
}
