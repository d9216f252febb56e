import { OciError } from '@nx-oci/model';

import { type AssumedBlobs } from './assumed-blobs';
import { type Action, type Scope } from '../host/scope';
import { type KnownLinks } from './known-links';
import { describeRegistryFailure } from '../failures/registry-failure';
import { type RegistryHost } from './registry-host';
import { blameElsewhere } from './elsewhere';
import { type FailedAttempt } from '../attempts/failed-attempt';
import { runOperation } from '../attempts/operation';
import { isOwnOrigin } from '../transport/redirect';
import { type RegistryAnswer, type RegistryRequest } from '../transport/request';
import { send } from './send';

/** One repository of one host, as the operations on it see it. */
export interface RepositoryContext {
  readonly host: RegistryHost;
  readonly repository: string;
  /** Whether something will be pushed here: then the first token already carries the right to. */
  readonly isPushTarget: boolean;
  /** Whether a token for this repository is asked for together with all that the run will need of the host. */
  readonly isWishful: boolean;
  /** The blobs that nobody sent here, in case the registry does not have them after all. */
  readonly assumed: AssumedBlobs;
  /** What is known to be found by its subject here. */
  readonly links: KnownLinks;
}

/** A request to a repository: whose credentials and which rights follow from the repository. */
export interface RepositoryRequest extends Omit<RegistryRequest, 'repository' | 'scopes' | 'wishedScopes'> {
  readonly action: Action;
  /** More rights that this very request needs: those of a mount's source. */
  readonly alsoNeeded?: readonly Scope[];
}

// Each one makes the token longer, which travels with every request; proxies take headers of 8 KiB.
const MAX_WISHES = 20;

/** Sends one request of an operation, once. */
export function sendFrom(context: RepositoryContext, request: RepositoryRequest): Promise<RegistryAnswer> {
  const { host, repository, isWishful } = context;
  const { action, alsoNeeded = [], ...rest } = request;
  const scopes = [{ repository, actions: actionsFor(action, context) }, ...alsoNeeded];
  // Whoever only reads may have no right to push anywhere, and would be refused for asking.
  const wishedScopes = isWishful ? [...host.wishes.values()].slice(0, MAX_WISHES) : [];
  return send(host, { ...rest, repository, scopes, wishedScopes });
}

function actionsFor(action: Action, { isPushTarget }: RepositoryContext): readonly Action[] {
  if (action === 'delete') return ['pull', 'push', 'delete'];
  return action === 'push' || isPushTarget ? ['pull', 'push'] : ['pull'];
}

/** What an operation is called in messages, and what stops it. */
export interface OperationName {
  /** Without "Cannot" and without the place: `push api:1.4.0`. */
  readonly doing: string;
  readonly signal: AbortSignal | undefined;
}

/** Runs an operation with the retries of its host. `attempt` gets the signal that stops it: the caller's or the run's. */
export function operate<T>(
  { host }: RepositoryContext,
  { doing, signal }: OperationName,
  attempt: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const signals = [host.signal, signal].filter((one) => one !== undefined);
  if (host.reach.failure !== undefined) return Promise.reject(host.reach.failure.toOciError(doing));
  // Always one of its own: ten listeners to a signal that operations share, and Node warns the user of a leak.
  const either = AbortSignal.any([...signals, host.reach.signal]);
  if (either.aborted) return Promise.reject(new OciError('ABORTED', `Cannot ${doing}: it was stopped.`));
  return runOperation({ doing, signal: either, attempt: () => attempt(either) }, host, host.policy);
}

/** What an unwelcome answer means. Reads its body. */
export async function failureOf(context: RepositoryContext, answer: RegistryAnswer): Promise<FailedAttempt> {
  const { host, repository } = context;
  const isElsewhere = !isOwnOrigin(answer.url, host.rules);
  const failure = await describeRegistryFailure(answer, { login: await host.authorizer.factsFor(repository), isElsewhere });
  return isElsewhere ? blameElsewhere(failure, answer.url, host) : failure;
}

/** `registry.example.com/team/api`, for messages. */
export function placeOf({ host, repository }: RepositoryContext): string {
  return `${host.name}/${repository}`;
}
