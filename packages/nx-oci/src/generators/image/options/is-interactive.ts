/** Whether a question can be asked: a terminal at both ends, and nothing that says otherwise. */
export function isInteractive(): boolean {
  const { env, stdin, stdout } = process;
  return stdin.isTTY && stdout.isTTY && env['NX_INTERACTIVE'] !== 'false' && env['CI'] === undefined;
}
