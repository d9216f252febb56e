/** Whether a question can be asked: stdin and stdout are terminals, and questions are not disabled. */
export function isInteractive(): boolean {
  const { env, stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY && env['NX_INTERACTIVE'] !== 'false' && env['CI'] === undefined;
}
