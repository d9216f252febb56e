import { FailedAttempt } from './failed-attempt';
import { HostReachability } from './host-reachability';

const SILENCE = new FailedAttempt({
  outcome: { kind: 'broken', phase: 'transfer', isTimeout: true },
  code: 'REGISTRY_UNREACHABLE',
  happened: 'silent',
});

describe('HostReachability', () => {
  let nowMs = 0;
  const reachOf = () => new HostReachability({ tries: 3, timeoutMs: 100, now: () => nowMs });
  const fallSilent = (reach: HostReachability, atMs: number): void => {
    nowMs = atMs;
    reach.recordTimeout(SILENCE);
  };

  it('counts requests that time out together once', () => {
    const reach = reachOf();
    for (const atMs of [100, 101, 102, 120, 200, 201, 202]) fallSilent(reach, atMs);
    expect([reach.failure, reach.signal.aborted]).toEqual([undefined, false]);
    fallSilent(reach, 300);
    expect([reach.failure, reach.signal.aborted, reach.signal.reason]).toEqual([SILENCE, true, SILENCE]);
  });

  it('starts counting again after a completed operation', () => {
    const reach = reachOf();
    for (const atMs of [100, 200]) fallSilent(reach, atMs);
    reach.recordCompletion();
    for (const atMs of [300, 400]) fallSilent(reach, atMs);
    expect(reach.signal.aborted).toBe(false);
  });

  it('aborts all operations that wait for a host that stopped answering, and lets later ones try again', () => {
    const reach = reachOf();
    reach.recordAnswer();
    const { signal } = reach;
    for (const atMs of [100, 200, 300]) fallSilent(reach, atMs);
    expect([signal.aborted, reach.failure, reach.signal.aborted]).toEqual([true, undefined, false]);
  });
});
