import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

import { FailedAttempt } from './failed-attempt';
import { type HostGate } from './host-gate';
import { type HostReach } from './host-reach';
import { type HostWaits, type Wait } from './host-waits';
import { judge, type RetryPolicy } from './retry-policy';

export interface Operation<T> {
  /** What is being done, for the message, without "Cannot": `push api:1.4.0 to registry.example.com`. */
  readonly doing: string;
  /** One try. Throws `FailedAttempt` where another try might help, anything else to end the operation. */
  readonly attempt: () => Promise<T>;
  readonly signal?: AbortSignal;
}

/** What all operations at one host know of it together. */
export interface SharedHost {
  readonly gate: HostGate;
  readonly reach?: HostReach;
  readonly waits?: HostWaits;
}

/** What is told on the channel `nx-oci:retry` (`node:diagnostics_channel`) before each wait: for measurements and logs. */
export interface RetryNotice {
  /** As in `Operation`. */
  readonly doing: string;
  /** What went wrong, without a full stop. */
  readonly happened: string;
  readonly waitMs: number;
}

const retries = channel('nx-oci:retry');

/**
 * The only retry loop of this package: around a whole operation (a blob, a manifest, a list), never around a request, so
 * that tries do not multiply.
 *
 * @throws OciError
 */
export async function runOperation<T>(operation: Operation<T>, host: SharedHost, policy: RetryPolicy): Promise<T> {
  const wait = host.waits?.begin(operation.doing);
  try {
    return await tryRepeatedly(operation, { ...host, wait }, policy);
  } finally {
    wait?.end();
  }
}

async function tryRepeatedly<T>(
  { doing, attempt, signal }: Operation<T>,
  { gate, reach, wait }: SharedHost & { readonly wait: Wait | undefined },
  policy: RetryPolicy,
): Promise<T> {
  let waitedMs = 0;
  for (let number = 1; ; number++) {
    if (reach?.failure !== undefined) throw reach.failure.toOciError(doing);
    const tried = await tryOnce(attempt, doing, signal);
    if (reach !== undefined) share(tried, reach);
    if (tried.ok) return tried.value;
    const { failure } = tried;
    const verdict = judge({ outcome: failure.details.outcome, attempt: number, waitedMs }, Math.random(), policy);
    if (!verdict.retry) throw failure.toOciError(doing);
    if (retries.hasSubscribers) {
      retries.publish({ doing, happened: failure.details.happened, waitMs: verdict.waitMs } satisfies RetryNotice);
    }
    if (verdict.pauseHost) gate.pause(verdict.waitMs);
    wait?.pause(verdict.waitMs, failure.details.happened);
    await waitOrAbort(verdict.waitMs, doing, signal);
    waitedMs += verdict.waitMs;
  }
}

type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailedAttempt };

function share({ ok, ...tried }: Tried<unknown>, reach: HostReach): void {
  const failure = 'failure' in tried ? tried.failure : undefined;
  const outcome = failure?.details.outcome;
  if (ok || outcome?.kind === 'answer') reach.noteEnd();
  else if (failure !== undefined && outcome?.kind === 'broken' && outcome.isSilence) reach.noteSilence(failure);
}

async function tryOnce<T>(attempt: () => Promise<T>, doing: string, signal: AbortSignal | undefined): Promise<Tried<T>> {
  try {
    return { ok: true, value: await attempt() };
  } catch (error) {
    // Another operation found out that the host does not answer.
    if (signal?.reason instanceof FailedAttempt) throw signal.reason.toOciError(doing);
    if (signal?.aborted) throw abortedError(doing, signal.reason);
    if (error instanceof FailedAttempt) return { ok: false, failure: error };
    throw error;
  }
}

async function waitOrAbort(waitMs: number, doing: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(Math.ceil(waitMs), undefined, { signal });
  } catch (error) {
    if (signal?.reason instanceof FailedAttempt) throw signal.reason.toOciError(doing);
    throw abortedError(doing, error);
  }
}

function abortedError(doing: string, cause: unknown): OciError {
  return new OciError('ABORTED', `Cannot ${doing}: it was stopped.`, { cause });
}
