import { explainSystemError, isOciError } from '@nx-oci/model';

import { asTyped } from './nx-command';
import { plainText } from './plain-text';
import { redact, redactForeign } from '../secrets/redact';

/**
 * An error for the terminal, without secrets: message and hint for a user's mistake or a system error (such as a full disk); for
 * anything else the stack, since it is our bug.
 *
 * @param env shows how nx was started, for commands in the text.
 */
export function describeError(error: unknown, env: NodeJS.ProcessEnv = process.env): string {
  return redact(describe(error, env));
}

function describe(thrown: unknown, env: NodeJS.ProcessEnv): string {
  const error = explainSystemError(thrown) ?? thrown;
  if (isOciError(error)) return plainText(asTyped(error.hint === undefined ? error.message : `${error.message}\n  → ${error.hint}`, env));
  if (error instanceof Error)
    return plainText(`Unexpected error in nx-oci. Please report it:\n${redactForeign(error.stack ?? error.message)}`);
  return plainText(`Unexpected error in nx-oci: ${redactForeign(String(error))}`);
}
