import { OciError } from '@nx-oci/model';

import { type AssumedBlobs } from './assumed-blobs';
import { type Action, type Scope } from '../host/scope';
import { type KnownLinks } from './known-links';
import { describeRegistryFailure } from '../failures/registry-failure';
import { type RegistryHost } from './registry-host';
import { describeRedirectedFailure } from './redirected-failure';
import { type FailedAttempt } from '../attempts/failed-attempt';
import { runOperation } from '../attempts/operation';
import { isOwnOrigin } from '../transport/redirect';
import { type RegistryAnswer, type RegistryRequest } from '../transport/request';
import { send } from './send';

/** One repository of one host, for the operations on it. */
export interface RepositoryContext {
  readonly host: RegistryHost;
  readonly repository: string;
  /** Whether it will be pushed to: then the first token already allows that. */
  readonly isPushTarget: boolean;
  /** Whether tokens for this repository are requested with all scopes that the run will need on the host. */
  readonly requestsExtraScopes: boolean;
  /** Blobs that were not uploaded here, in case the registry lacks them. */
  readonly assumed: AssumedBlobs;
  /** Referrers that are known to be linked here. */
  readonly links: KnownLinks;
}

/** A request to a repository, which determines credentials and scopes. */
export interface RepositoryRequest extends Omit<RegistryRequest, 'repository' | 'scopes' | 'extraScopes'> {
  readonly action: Action;
  /** Further scopes that this request needs: those of the source of a mount. */
  readonly alsoNeeded?: readonly Scope[];
}

// Each one makes the token longer, which every request carries; proxies limit headers to 8 KiB.
const MAX_EXTRA_SCOPES = 20;

/** Sends one request of an operation, once. */
export function sendFrom(context: RepositoryContext, request: RepositoryRequest): Promise<RegistryAnswer> {
  const { host, repository, requestsExtraScopes } = context;
  const { action, alsoNeeded = [], ...rest } = request;
  const scopes = [{ repository, actions: actionsFor(action, context) }, ...alsoNeeded];
  // A user who only reads may not push anywhere, and such a token request would be refused.
  const extraScopes = requestsExtraScopes ? [...host.extraScopes.values()].slice(0, MAX_EXTRA_SCOPES) : [];
  return send(host, { ...rest, repository, scopes, extraScopes });
}

function actionsFor(action: Action, { isPushTarget }: RepositoryContext): readonly Action[] {
  if (action === 'delete') return ['pull', 'push', 'delete'];
  return action === 'push' || isPushTarget ? ['pull', 'push'] : ['pull'];
}

/** The name of an operation in messages, and its abort signal. */
export interface OperationName {
  /** Without "Cannot" and without the registry: `push api:1.4.0`. */
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

/** Runs an operation with the retries of its host. `attempt` gets the combined abort signal of the caller and the run. */
export function operate<T>(
  { host }: RepositoryContext,
  { doing, signal }: OperationName,
  attempt: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const signals = [host.signal, signal].filter((one) => one !== undefined);
  if (host.reachability.failure !== undefined) return Promise.reject(host.reachability.failure.toOciError(doing, host.settingsFile));
  // Always a new signal: with more than ten listeners on a shared one, Node warns the user of a leak.
  const either = AbortSignal.any([...signals, host.reachability.signal]);
  if (either.aborted) return Promise.reject(new OciError('ABORTED', `Cannot ${doing}: it was stopped.`));
  return runOperation({ doing, signal: either, attempt: () => attempt(either) }, host, host.policy);
}

/** Describes a failed answer. Reads its body. */
export async function failureOf(context: RepositoryContext, answer: RegistryAnswer): Promise<FailedAttempt> {
  const { host, repository } = context;
  const isOtherServer = !isOwnOrigin(answer.url, host.rules);
  const failure = await describeRegistryFailure(answer, { login: await host.authorizer.loginStateFor(repository), isOtherServer });
  return isOtherServer ? describeRedirectedFailure(failure, answer.url, host) : failure;
}

/** `registry.example.com/team/api`, for messages. */
export function fullNameOf({ host, repository }: RepositoryContext): string {
  return `${host.name}/${repository}`;
}
