import { isOciError, type OciError, type OciErrorCode } from '@nx-oci/model';

import { type Account } from './account';
import { type RepositoryTry, type Step, type StepName } from './diagnosis';

// With these errors, there was no answer, or it was not from a registry.
const UNREACHED: readonly OciErrorCode[] = [
  'REGISTRY_UNREACHABLE',
  'PROTOCOL_MISMATCH',
  'TLS_UNTRUSTED',
  'CONFIGURATION_INVALID',
  'REDIRECT_REFUSED',
];

// These are about authentication, not about permissions.
const NOT_LET_IN: readonly OciErrorCode[] = ['UNAUTHORIZED', 'REALM_REFUSED', 'CREDENTIALS_INVALID', 'CREDENTIAL_HELPER_FAILED'];

/** Whether the result for the first repository holds for all others of its registry. */
export function isAboutRegistry({ pull, push }: RepositoryTry): boolean {
  const failures = [pull, push?.failure].filter((failure) => failure !== undefined);
  return failures.some((failure) => isOciError(failure, ...UNREACHED)) || (pull !== undefined && isOciError(pull, 'RATE_LIMITED'));
}

/** Derives the diagnosis of one registry from what was tried, step by step. Pure. */
export function diagnose(tries: readonly RepositoryTry[], account: Account): readonly Step[] {
  const unreached = tries.flatMap(failuresOf).find((failure) => isOciError(failure, ...UNREACHED));
  if (unreached !== undefined) {
    const login: Step = { name: 'login', outcome: 'skipped', text: `not tried; ${account.text}` };
    return [failed('reach', unreached), login, ...skip('pull', 'push')];
  }
  const refused = findLoginFailure(tries);
  if (refused !== undefined) return [passed('reach', 'answers'), loginFailed(refused, account), ...skip('pull', 'push')];
  return [passed('reach', 'answers'), loginPassed(account), ...judgePulls(tries), ...judgePushes(tries)];
}

const failuresOf = ({ pull, push }: RepositoryTry): readonly OciError[] => [pull, push?.failure].filter((failure) => failure !== undefined);

/** A login that can push or pull anywhere has not failed. */
function findLoginFailure(tries: readonly RepositoryTry[]): OciError | undefined {
  const isShut = tries.every(({ pull, push }) => isLoginFailure(push === undefined ? pull : push.failure));
  if (!isShut) return undefined;
  return tries.flatMap(({ pull, push }) => [push?.failure ?? pull]).find((failure) => failure !== undefined);
}

function isLoginFailure(failure: OciError | undefined): boolean {
  return failure !== undefined && isOciError(failure, ...NOT_LET_IN);
}

function loginPassed({ text, isAnonymous, flaw }: Account): Step {
  if (flaw !== undefined) return { name: 'login', outcome: 'info', text, hint: flaw };
  return { name: 'login', outcome: isAnonymous ? 'info' : 'passed', text };
}

/** White space in a secret explains a refusal better than the refusal itself. */
function loginFailed(failure: OciError, { flaw, isAnonymous, text }: Account): Step {
  const step = failed('login', failure);
  return { ...step, text: isAnonymous ? step.text : `${step.text} (${text})`, ...(flaw !== undefined && { hint: flaw }) };
}

function judgePulls(tries: readonly RepositoryTry[]): readonly Step[] {
  const good = tries.filter(({ pull }) => pull === undefined);
  // A token that may push but not pull can publish.
  const steps = tries.flatMap(({ pull, push }) => {
    if (pull === undefined) return [];
    const mayPush = push !== undefined && push.failure === undefined;
    return [mayPush ? { ...failed('pull', pull), outcome: 'info' as const } : failed('pull', pull)];
  });
  return [...(good.length === 0 ? [] : [passed('pull', listPlaces(good))]), ...steps];
}

function judgePushes(tries: readonly RepositoryTry[]): readonly Step[] {
  const tried = tries.filter(({ push }) => push !== undefined);
  if (tried.length === 0) return [{ name: 'push', outcome: 'skipped', text: 'switched off (push: false)' }];
  const good = tried.filter(({ push }) => push?.failure === undefined);
  const steps = tried.flatMap(({ push }) => (push?.failure === undefined ? [] : [failed('push', push.failure)]));
  return [...(good.length === 0 ? [] : [passed('push', listPlaces(good))]), ...steps];
}

const MAX_NAMES = 3;

function listPlaces(tries: readonly RepositoryTry[]): string {
  const names = tries.slice(0, MAX_NAMES).map(({ address }) => address);
  const more = tries.length - names.length;
  return `${names.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

function passed(name: StepName, text: string): Step {
  return { name, outcome: 'passed', text };
}

function failed(name: StepName, { message, hint }: OciError): Step {
  return { name, outcome: 'failed', text: message, ...(hint !== undefined && { hint }) };
}

function skip(...names: readonly StepName[]): readonly Step[] {
  return names.map((name) => ({ name, outcome: 'skipped', text: 'not tried' }));
}
