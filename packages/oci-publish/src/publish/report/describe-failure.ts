import { isOciError, type OciErrorCode } from '@nx-oci/model';

import { describeError } from '../../text/describe-error';
import { asTyped } from '../../text/nx-command';

/** What a doctor finds out more about, by trying each step by itself. */
const CURABLE: readonly OciErrorCode[] = [
  'UNAUTHORIZED',
  'DENIED',
  'REGISTRY_UNREACHABLE',
  'PROTOCOL_MISMATCH',
  'TLS_UNTRUSTED',
  'REALM_REFUSED',
  'CREDENTIALS_INVALID',
  'CREDENTIAL_HELPER_FAILED',
];

/** Why a task failed, for the user; with the way to the project's doctor where a registry or a login is the reason. */
export function describeFailure(error: unknown, doctor: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const text = describeError(error, env);
  return doctor === undefined || !isOciError(error, ...CURABLE) ? text : asTyped(`${text}\n  → To test each step: nx run ${doctor}`, env);
}
