import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { digestOf, type PushOutcome } from '@nx-oci/model';

import { BlobLocations } from './blob-locations';
import { BlobClaims, type PendingBlob } from './blob-claims';

const digest = digestOf(Buffer.from('a layer'));
const blobFor = (repository: string): PendingBlob => ({ registry: 'registry.example.com', repository, digest });

/** Blocks the files of the blob. */
function blockClaims(folder: string): void {
  const key = createHash('sha256').update(`registry.example.com ${digest}`).digest('hex').slice(0, 32);
  for (const state of ['arrived', 'sending']) mkdirSync(join(folder, `blob-${key}.${state}`), { recursive: true });
}

describe('BlobLocations', () => {
  let folder: string;
  let asked: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-blobs-'));
    asked = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const takeFor = (repository: string, { fails = false } = {}) => {
    return async (from: string | undefined): Promise<PushOutcome> => {
      asked.push(`${repository} from ${from ?? 'here'}`);
      await sleep(20);
      if (fails) throw new Error(`${repository} failed`);
      return from === undefined ? 'uploaded' : 'mounted';
    };
  };

  /** Until a process uploads. */
  const sending = async (): Promise<void> => {
    while (asked.length === 0) await sleep(1);
  };

  it('uploads a blob once, and lets all others mount it afterwards', async () => {
    const locations = new BlobLocations();
    const outcomes = await Promise.all(['a', 'b', 'c'].map((name) => locations.upload(blobFor(name), takeFor(name))));
    expect(outcomes).toEqual(['uploaded', 'mounted', 'mounted']);
    expect(asked).toEqual(['a from here', 'b from a', 'c from a']);
  });

  it('lets the next caller upload it if the first fails', async () => {
    const locations = new BlobLocations();
    const outcomes = await Promise.allSettled([
      locations.upload(blobFor('a'), takeFor('a', { fails: true })),
      locations.upload(blobFor('b'), takeFor('b')),
      locations.upload(blobFor('c'), takeFor('c')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(asked).toEqual(['a from here', 'b from here', 'c from b']);
  });

  it('remembers where a blob was found, so that others mount it from there', async () => {
    const locations = new BlobLocations();
    locations.record({ registry: 'registry.example.com', repository: 'base' }, [{ digest }]);
    expect(locations.find('registry.example.com', digest)).toBe('base');
    expect(locations.find('other.example.com', digest)).toBeUndefined();
    await locations.upload(blobFor('a'), takeFor('a'));
    expect(asked).toEqual(['a from base']);
    expect(locations.find('registry.example.com', digest)).toBe('base');
  });

  it('distinguishes hosts', async () => {
    const locations = new BlobLocations();
    await locations.upload(blobFor('a'), takeFor('a'));
    await locations.upload({ ...blobFor('b'), registry: 'other.example.com' }, takeFor('b'));
    expect(asked).toEqual(['a from here', 'b from here']);
  });

  it('waits for another process that uploads, and then mounts', async () => {
    const [one, other] = [new BlobLocations(new BlobClaims(folder)), new BlobLocations(new BlobClaims(folder))];
    await Promise.all([one.upload(blobFor('a'), takeFor('a')), sending().then(() => other.upload(blobFor('b'), takeFor('b')))]);
    expect(asked).toEqual(['a from here', 'b from a']);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.arrived'))).toEqual([]);
  });

  it('uploads what another process failed to upload', async () => {
    const [one, other] = [new BlobLocations(new BlobClaims(folder)), new BlobLocations(new BlobClaims(folder))];
    await Promise.allSettled([
      one.upload(blobFor('a'), takeFor('a', { fails: true })),
      sending().then(() => other.upload(blobFor('b'), takeFor('b'))),
    ]);
    expect(asked).toEqual(['a from here', 'b from here']);
  });

  it.each([
    ['is a file', (claims: string) => writeFileSync(claims, '')],
    ['holds folders with the names of claims', (claims: string) => blockClaims(claims)],
    ['is removed meanwhile', (claims: string) => rmSync(claims, { recursive: true, force: true }), 'while it is sent'],
  ])('uploads a blob even if the folder of the run %s', async (_what, spoil, when = 'before') => {
    const claims = join(folder, 'claims');
    if (when === 'before') spoil(claims);
    const outcome = await new BlobLocations(new BlobClaims(claims)).upload(blobFor('a'), async (from) => {
      if (when !== 'before') spoil(claims);
      return takeFor('a')(from);
    });
    expect([outcome, asked]).toEqual(['uploaded', ['a from here']]);
  });

  it('keeps the claim of a process that it waited for until the time-out', async () => {
    const patient = new BlobClaims(folder);
    await patient.claim(blobFor('a'));
    const claims = readdirSync(folder);
    await new BlobLocations(new BlobClaims(folder, { timeoutMs: 0, now: () => performance.now() })).upload(blobFor('b'), takeFor('b'));
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(claims));
  });

  it('lets one of the processes that wait for a killed one upload it, and the others mount it', async () => {
    await new BlobClaims(folder).claim(blobFor('killed'));
    writeFileSync(join(folder, readdirSync(folder)[0]!), '999999999');
    const names = ['a', 'b', 'c', 'd', 'e'];
    const outcomes = await Promise.all(names.map((name) => new BlobLocations(new BlobClaims(folder)).upload(blobFor(name), takeFor(name))));
    expect(outcomes.toSorted()).toEqual(['mounted', 'mounted', 'mounted', 'mounted', 'uploaded']);
  });

  it('lets the next one upload it if the process that took over from a killed one fails or is killed, too', async () => {
    await new BlobClaims(folder).claim(blobFor('killed'));
    writeFileSync(join(folder, readdirSync(folder)[0]!), '999999999');
    const failing = new BlobLocations(new BlobClaims(folder)).upload(blobFor('a'), takeFor('a', { fails: true }));
    await Promise.allSettled([failing, sending().then(() => new BlobLocations(new BlobClaims(folder)).upload(blobFor('b'), takeFor('b')))]);
    expect(asked).toEqual(['a from here', 'b from here']);
    rmSync(
      join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.arrived'))!,
      ),
    );
    const known = new Set(readdirSync(folder));
    await new BlobClaims(folder).claim(blobFor('killed too'));
    writeFileSync(
      join(
        folder,
        readdirSync(folder).find((name) => !known.has(name))!,
      ),
      '999999998',
    );
    await new BlobLocations(new BlobClaims(folder)).upload(blobFor('c'), takeFor('c'));
    expect(asked).toContain('c from here');
  });

  it('never shows a claim without its owner', async () => {
    const seen = new Set<string>();
    let isOver = false;
    const look = async () => {
      while (!isOver) {
        await sleep(0);
        const claims = readdirSync(folder).filter((name) => name.endsWith('.sending'));
        // It may have been released meanwhile.
        for (const name of claims) seen.add(await readFile(join(folder, name), 'utf8').catch(() => String(process.pid)));
      }
    };
    const looking = look();
    const claims = new BlobClaims(folder);
    for (let turn = 0; turn < 200; turn += 1) {
      await claims.claim(blobFor('a'));
      await claims.release(blobFor('a'));
    }
    isOver = true;
    await looking;
    expect([...seen].filter((pid) => pid !== String(process.pid))).toEqual([]);
  });

  it.each([
    ['a process that has ended', '999999999', 120_000],
    ['one that takes too long', String(process.pid), 0],
    ['an unreadable claim', 'what?', 0],
  ])('does not wait for %s', async (_whom, pid, timeoutMs) => {
    const claims = new BlobClaims(folder, { timeoutMs, now: () => performance.now() });
    await claims.claim(blobFor('a'));
    writeFileSync(join(folder, readdirSync(folder)[0]!), pid);
    await new BlobLocations(claims).upload(blobFor('b'), takeFor('b'));
    expect(asked).toEqual(['b from here']);
  });
});
