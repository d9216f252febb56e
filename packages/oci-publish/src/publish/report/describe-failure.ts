import { isOciError, type OciErrorCode } from '@nx-oci/model';

import { describeError } from '../../text/describe-error';
import { asTyped } from '../../text/nx-command';
import { type OptionOrigins } from '../task/normalize-task';

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

/** A task; its registries and who named them are known once its options are read. */
interface TriedTask {
  readonly project: string;
  readonly registries?: readonly { readonly name: string }[];
  readonly origins?: OptionOrigins;
}

/** The doctor of a project, told to try the registries that this run named: by itself it tries those of the project's targets. */
export function doctorOf({ registries = [], origins }: TriedTask, doctor: string | undefined): string | undefined {
  if (doctor === undefined || origins?.registries !== 'option') return doctor;
  return `${doctor} --registries=${registries.map(({ name }) => name).join(',')}`;
}

/** Why a task failed, for the user; with the way to the project's doctor where a registry or a login is the reason. */
export function describeFailure(error: unknown, doctor: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const text = describeError(error, env);
  return doctor === undefined || !isOciError(error, ...CURABLE) ? text : asTyped(`${text}\n  → To test each step: nx run ${doctor}`, env);
}
