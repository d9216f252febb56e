import { Readable } from 'node:stream';

import { type Digest, type EncodedManifest, OciError } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { advanceTag, type MoveContext, type Progress } from './advance-tag';
import { type FloatingTag, type TagStore } from './floating-tag';

const SETTLE_MS = 1000;

const OLD = makeImage({ seed: 'old' }).manifest;
const OURS = makeImage({ seed: 'ours' }).manifest;
const NEWER = makeImage({ seed: 'newer' }).manifest;
const VERSIONS = new Map<Digest, string>([
  [OLD.descriptor.digest, '1.0.0'],
  [OURS.descriptor.digest, '1.1.0'],
  [NEWER.descriptor.digest, '2.0.0'],
]);

/** A tag, and a clock that only advances by the time that the registry takes. */
class SlowRegistry {
  nowMs = 0;
  at: EncodedManifest = OLD;
  reads = 0;
  /** What happens while our image is compared with the one there, and how long that takes: one after the other. */
  readonly comparing: (() => number)[] = [];
  /** The same while a tag is written. */
  readonly writing: (() => number)[] = [];
  #deadlines: { readonly atMs: number; readonly stop: AbortController }[] = [];

  readonly store: TagStore = {
    resolve: () => {
      this.reads += 1;
      return Promise.resolve(this.at.descriptor);
    },
    fetchManifest: () => Promise.resolve(this.at),
    listTags: () => Promise.resolve({ names: [] }),
    fetch: () => Promise.resolve(Readable.from([])),
    tag: async (manifest, _tag, { signal } = {}) => {
      await this.#pass(this.writing);
      if (signal?.aborted) throw new OciError('ABORTED', 'Cannot push it: it was stopped.');
      this.at = manifest;
    },
  };

  readonly context: MoveContext = {
    settleMs: SETTLE_MS,
    unknownTarget: 'move',
    compareCommits: () => Promise.resolve('unknown'),
    factsOf: async (_store, digest) => {
      const version = VERSIONS.get(digest);
      await this.#pass(this.comparing);
      return { version };
    },
    clock: {
      now: () => this.nowMs,
      sleep: () => Promise.resolve(),
      deadline: (ms) => {
        const stop = new AbortController();
        this.#deadlines.push({ atMs: this.nowMs + ms, stop });
        return stop.signal;
      },
    },
  };

  #pass(steps: (() => number)[]): Promise<void> {
    this.nowMs += steps.shift()?.() ?? 0;
    for (const { atMs, stop } of this.#deadlines) if (this.nowMs >= atMs) stop.abort();
    return Promise.resolve();
  }
}

async function advance(
  registry: SlowRegistry,
): Promise<{ readonly kind: string; readonly at: string | undefined; readonly warning?: string }> {
  const floating: FloatingTag = {
    store: registry.store,
    repository: 'r/app',
    tag: 'latest',
    manifest: OURS,
    guard: { facts: { version: '1.1.0' }, scope: 'latest', names: { prefix: 'v', suffix: '' } },
  };
  const start: Progress = { floating, hasWritten: false, decision: { kind: 'stay' } };
  const { progress } = await advanceTag(start, registry.context);
  const { decision, warning } = progress;
  return { kind: decision.kind, at: VERSIONS.get(registry.at.descriptor.digest), ...(warning !== undefined && { warning }) };
}

describe('the time between reading a floating tag and writing it', () => {
  it('is short: one read, one write', async () => {
    const registry = new SlowRegistry();
    expect(await advance(registry)).toEqual({ kind: 'move', at: '1.1.0' });
    expect(registry.reads).toBe(1);
  });

  it('has the tag read again if comparing took more than half of the settle time: another run may have written', async () => {
    const registry = new SlowRegistry();
    registry.comparing.push(() => {
      registry.at = NEWER;
      return SETTLE_MS / 2 + 1;
    });
    expect(await advance(registry)).toEqual({ kind: 'hold', at: '2.0.0' });
    expect(registry.reads).toBe(2);
  });

  it('leaves what was compared in half of the settle time as it is read', async () => {
    const registry = new SlowRegistry();
    registry.comparing.push(() => SETTLE_MS / 2);
    expect(await advance(registry)).toEqual({ kind: 'move', at: '1.1.0' });
    expect(registry.reads).toBe(1);
  });

  it('aborts a write that does not end in it, and starts again', async () => {
    const registry = new SlowRegistry();
    registry.writing.push(() => {
      registry.at = NEWER;
      return SETTLE_MS;
    });
    expect(await advance(registry)).toEqual({ kind: 'hold', at: '2.0.0' });
    expect(registry.reads).toBe(2);
  });

  it('counts from the read: what comparing took is missing for the write', async () => {
    const registry = new SlowRegistry();
    registry.comparing.push(() => SETTLE_MS / 2);
    registry.writing.push(() => {
      registry.at = NEWER;
      return SETTLE_MS / 2;
    });
    expect(await advance(registry)).toEqual({ kind: 'hold', at: '2.0.0' });
  });

  it('doubles for the second try, and has no limit in the third, with a warning', async () => {
    const registry = new SlowRegistry();
    registry.writing.push(
      () => SETTLE_MS,
      () => 2 * SETTLE_MS,
      () => 60 * SETTLE_MS,
    );
    expect(await advance(registry)).toEqual({
      kind: 'move',
      at: '1.1.0',
      warning: expect.stringContaining('longer than `settleMs`') as string,
    });
    expect(registry.reads).toBe(3);
  });

  it('has no limit if nothing else writes', async () => {
    const registry = new SlowRegistry();
    registry.writing.push(() => 60 * SETTLE_MS);
    const alone = Object.assign(registry, { context: { ...registry.context, settleMs: 0 } });
    expect(await advance(alone)).toEqual({ kind: 'move', at: '1.1.0' });
    expect(registry.reads).toBe(1);
  });
});
