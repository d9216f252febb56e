import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

import { FailedAttempt } from './failed-attempt';
import { type HostGate } from './host-gate';
import { judge, type RetryPolicy } from './retry-policy';

export interface Operation<T> {
  /** What is being done, for the message, without "Cannot": `push api:1.4.0 to registry.example.com`. */
  readonly doing: string;
  /** One try. Throws `FailedAttempt` where another try might help, anything else to end the operation. */
  readonly attempt: () => Promise<T>;
  readonly signal?: AbortSignal;
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
export async function runOperation<T>(operation: Operation<T>, gate: HostGate, policy: RetryPolicy): Promise<T> {
  const { doing, attempt, signal } = operation;
  let waitedMs = 0;
  for (let number = 1; ; number++) {
    const tried = await tryOnce(attempt, doing, signal);
    if (tried.ok) return tried.value;
    const { failure } = tried;
    const verdict = judge({ outcome: failure.details.outcome, attempt: number, waitedMs }, Math.random(), policy);
    if (!verdict.retry) throw failure.toOciError(doing);
    if (retries.hasSubscribers) {
      retries.publish({ doing, happened: failure.details.happened, waitMs: verdict.waitMs } satisfies RetryNotice);
    }
    if (verdict.pauseHost) gate.pause(verdict.waitMs);
    await waitOrAbort(verdict.waitMs, doing, signal);
    waitedMs += verdict.waitMs;
  }
}

type Tried<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailedAttempt };

async function tryOnce<T>(attempt: () => Promise<T>, doing: string, signal: AbortSignal | undefined): Promise<Tried<T>> {
  try {
    return { ok: true, value: await attempt() };
  } catch (error) {
    if (signal?.aborted) throw abortedError(doing, signal.reason);
    if (error instanceof FailedAttempt) return { ok: false, failure: error };
    throw error;
  }
}

async function waitOrAbort(waitMs: number, doing: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(Math.ceil(waitMs), undefined, { signal });
  } catch (error) {
    throw abortedError(doing, error);
  }
}

function abortedError(doing: string, cause: unknown): OciError {
  return new OciError('ABORTED', `Cannot ${doing}: it was stopped.`, { cause });
}
