import { isOciError, type OciErrorCode } from '@nx-oci/model';

import { describeError } from '../../text/describe-error';
import { asTyped } from '../../text/nx-command';
import { type OptionOrigins } from '../task/normalize-task';

/** Errors that the doctor can explain further, by trying each step separately. */
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

/** A task; its registries and their source are known when its options are parsed. */
interface TriedTask {
  readonly project: string;
  readonly registries?: readonly { readonly name: string }[];
  readonly origins?: OptionOrigins;
}

/** The command for the doctor of a project, with the registries of this run; by default it tests those of the project's targets. */
export function doctorOf({ registries = [], origins }: TriedTask, doctor: string | undefined): string | undefined {
  if (doctor === undefined || origins?.registries !== 'option') return doctor;
  return `${doctor} --registries=${registries.map(({ name }) => name).join(',')}`;
}

/** Why a task failed, for the user; with the command of the doctor if a registry or a login is the reason. */
export function describeFailure(error: unknown, doctor: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const text = describeError(error, env);
  return doctor === undefined || !isOciError(error, ...CURABLE) ? text : asTyped(`${text}\n  → To test each step: nx run ${doctor}`, env);
}
