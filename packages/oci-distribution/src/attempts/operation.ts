import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

import { FailedAttempt } from './failed-attempt';
import { type RequestLimiter } from './request-limiter';
import { type HostReachability } from './host-reachability';
import { type WaitNotices, type Wait } from './wait-notices';
import { decideRetry, type RetryPolicy } from './retry-policy';

export interface Operation<T> {
  /** For the message, without "Cannot": `push api:1.4.0 to registry.example.com`. */
  readonly doing: string;
  /** One attempt. Throws `FailedAttempt` if a retry might help, anything else to end the operation. */
  readonly attempt: () => Promise<T>;
  readonly signal?: AbortSignal;
}

/** State that all operations at one host share. */
export interface SharedHost {
  /** Where users write the settings of a registry, for hints. */
  readonly settingsFile?: string;
  readonly limiter: RequestLimiter;
  readonly reachability?: HostReachability;
  readonly waitNotices?: WaitNotices;
}

/** Published on the channel `nx-oci:retry` (`node:diagnostics_channel`) before each wait: for measurements and logs. */
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
 * that retries do not multiply.
 *
 * @throws OciError
 */
export async function runOperation<T>(operation: Operation<T>, host: SharedHost, policy: RetryPolicy): Promise<T> {
  const wait = host.waitNotices?.begin(operation.doing);
  try {
    return await attemptRepeatedly(operation, { ...host, wait }, policy);
  } finally {
    wait?.end();
  }
}

async function attemptRepeatedly<T>(
  { doing, attempt, signal }: Operation<T>,
  { limiter, reachability, wait, settingsFile }: SharedHost & { readonly wait: Wait | undefined },
  policy: RetryPolicy,
): Promise<T> {
  let waitedMs = 0;
  for (let number = 1; ; number++) {
    if (reachability?.failure !== undefined) throw reachability.failure.toOciError(doing, settingsFile);
    const result = await attemptOnce({ doing, attempt, signal }, settingsFile);
    if (reachability !== undefined) recordResult(result, reachability);
    if (result.ok) return result.value;
    const { failure } = result;
    const decision = decideRetry({ outcome: failure.details.outcome, attempt: number, waitedMs }, Math.random(), policy);
    if (!decision.retry) throw failure.toOciError(doing, settingsFile);
    if (retries.hasSubscribers) {
      retries.publish({ doing, happened: failure.details.happened, waitMs: decision.waitMs } satisfies RetryNotice);
    }
    if (decision.pauseHost) limiter.pause(decision.waitMs);
    wait?.pause(decision.waitMs, failure.details.happened);
    await waitOrAbort(decision.waitMs, { doing, signal }, settingsFile);
    waitedMs += decision.waitMs;
  }
}

type AttemptResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: FailedAttempt };

function recordResult({ ok, ...result }: AttemptResult<unknown>, reachability: HostReachability): void {
  const failure = 'failure' in result ? result.failure : undefined;
  const outcome = failure?.details.outcome;
  if (ok || outcome?.kind === 'answer') reachability.recordCompletion();
  else if (failure !== undefined && outcome?.kind === 'broken' && outcome.isTimeout) reachability.recordTimeout(failure);
}

async function attemptOnce<T>({ doing, attempt, signal }: Operation<T>, settingsFile: string | undefined): Promise<AttemptResult<T>> {
  try {
    return { ok: true, value: await attempt() };
  } catch (error) {
    // Another operation found that the host does not answer.
    if (signal?.reason instanceof FailedAttempt) throw signal.reason.toOciError(doing, settingsFile);
    if (signal?.aborted) throw abortedError(doing, signal.reason);
    if (error instanceof FailedAttempt) return { ok: false, failure: error };
    throw error;
  }
}

async function waitOrAbort(
  waitMs: number,
  { doing, signal }: Pick<Operation<unknown>, 'doing' | 'signal'>,
  settingsFile: string | undefined,
): Promise<void> {
  try {
    await sleep(Math.ceil(waitMs), undefined, { signal });
  } catch (error) {
    if (signal?.reason instanceof FailedAttempt) throw signal.reason.toOciError(doing, settingsFile);
    throw abortedError(doing, error);
  }
}

function abortedError(doing: string, cause: unknown): OciError {
  return new OciError('ABORTED', `Cannot ${doing}: it was stopped.`, { cause });
}
