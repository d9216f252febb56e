/** Whether this is the machine of a CI system, as far as all of them say so: its log is read later, as lines. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
}
