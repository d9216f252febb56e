import { FailedAttempt } from './failed-attempt';
import { HostReachability } from './host-reachability';

const SILENCE = new FailedAttempt({
  outcome: { kind: 'broken', phase: 'transfer', isTimeout: true },
  code: 'REGISTRY_UNREACHABLE',
  happened: 'silent',
});

describe('whether a host answers', () => {
  let nowMs = 0;
  const reachOf = () => new HostReachability({ tries: 3, timeoutMs: 100, now: () => nowMs });
  const fallSilent = (reach: HostReachability, atMs: number): void => {
    nowMs = atMs;
    reach.recordTimeout(SILENCE);
  };

  it('takes requests that fall silent together for one try', () => {
    const reach = reachOf();
    for (const atMs of [100, 101, 102, 120, 200, 201, 202]) fallSilent(reach, atMs);
    expect([reach.failure, reach.signal.aborted]).toEqual([undefined, false]);
    fallSilent(reach, 300);
    expect([reach.failure, reach.signal.aborted, reach.signal.reason]).toEqual([SILENCE, true, SILENCE]);
  });

  it('begins anew after an operation that came to its end', () => {
    const reach = reachOf();
    for (const atMs of [100, 200]) fallSilent(reach, atMs);
    reach.recordCompletion();
    for (const atMs of [300, 400]) fallSilent(reach, atMs);
    expect(reach.signal.aborted).toBe(false);
  });

  it('ends all that wait for a host that fell silent later, and lets others try again', () => {
    const reach = reachOf();
    reach.recordAnswer();
    const { signal } = reach;
    for (const atMs of [100, 200, 300]) fallSilent(reach, atMs);
    expect([signal.aborted, reach.failure, reach.signal.aborted]).toEqual([true, undefined, false]);
  });
});
