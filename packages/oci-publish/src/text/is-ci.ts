/** Whether this runs in CI, by the variable that CI systems set: then output is a log of lines. */
export function isCi(env: NodeJS.ProcessEnv): boolean {
  return env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false';
}
