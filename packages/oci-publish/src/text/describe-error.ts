import { explainSystemError, isOciError } from '@nx-oci/model';

import { asTyped } from './nx-command';
import { plainText } from './plain-text';
import { redact, redactForeign } from '../secrets/redact';

/**
 * An error for the terminal, without secrets: message and hint of a user's mistake, and of what the system refused (a full
 * disk, say); of anything else the stack, since it is our bug.
 *
 * @param env says how nx was started: its commands are named in that way.
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
