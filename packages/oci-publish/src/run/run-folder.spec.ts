import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeStaleRuns, RunFolder } from './run-folder';
import { runIdOf } from './run-id';

describe('RunFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-run-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('shows each process all records, ordered by task', async () => {
    const [one, other] = [new RunFolder<number>(join(folder, 'run')), new RunFolder<number>(join(folder, 'run'))];
    expect(await one.records()).toEqual([]);
    await one.record({ taskId: 'web:publish', state: 'staged', staged: 1 });
    await other.record({ taskId: '@acme/api:publish', state: 'failed', reason: 'no' });
    expect(await one.records()).toEqual([
      { taskId: '@acme/api:publish', state: 'failed', reason: 'no' },
      { taskId: 'web:publish', state: 'staged', staged: 1 },
    ]);
  });

  it('refuses a record of another version of nx-oci', async () => {
    const run = new RunFolder<number>(join(folder, 'run'));
    await run.record({ taskId: 'web:publish', state: 'staged', staged: 1 });
    const [file = ''] = readdirSync(run.folder).map((name) => join(run.folder, name));
    const written = JSON.parse(readFileSync(file, 'utf8')) as { readonly value: object };
    for (const other of [{ ...written, schemaVersion: 2 }, written.value]) {
      writeFileSync(file, JSON.stringify(other));
      await expect(run.records()).rejects.toMatchObject({ code: 'FILE_UNUSABLE', hint: expect.stringContaining('nx reset') });
    }
  });

  it('stores text for the end of the run, in order', async () => {
    const run = new RunFolder(join(folder, 'run'));
    expect(await run.readLog()).toBe('');
    run.log('first');
    new RunFolder(join(folder, 'run')).log('second');
    expect(await run.readLog()).toBe('first\nsecond');
  });

  it('gives all processes the start time of the first one', async () => {
    const times = await Promise.all(Array.from({ length: 20 }, (_, index) => new RunFolder(join(folder, 'run')).startTime(1000 + index)));
    const [first = 0] = times;
    expect(first).toBeGreaterThanOrEqual(1000);
    expect(new Set(times).size).toBe(1);
    expect(await new RunFolder(join(folder, 'run')).startTime(5)).toBe(first);
    expect(readdirSync(join(folder, 'run'))).toEqual(['start']);
  });

  it('lets exactly one process set the tags', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => new RunFolder(join(folder, 'run')).claimTagging()));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});

describe('removeStaleRuns', () => {
  it('removes a killed run after a day, and nothing newer', async () => {
    const runs = mkdtempSync(join(tmpdir(), 'nx-oci-runs-'));
    const nowMs = Date.now();
    for (const name of ['abandoned', 'current', 'from-the-future'])
      await new RunFolder(join(runs, name)).record({ taskId: 'a', state: 'tagged' });
    const setAge = (name: string, hours: number) => utimesSync(join(runs, name), new Date(nowMs), new Date(nowMs - hours * 3_600_000));
    setAge('abandoned', 25);
    setAge('current', 23);
    setAge('from-the-future', -48);
    await removeStaleRuns(runs, nowMs);
    expect(readdirSync(runs).sort()).toEqual(['current', 'from-the-future']);
    rmSync(runs, { recursive: true });
    await expect(removeStaleRuns(runs, nowMs)).resolves.toBeUndefined();
  });
});

describe('runIdOf', () => {
  it('uses the id of the run, or the Nx process if there is no valid id', () => {
    expect(runIdOf({ NX_OCI_RUN_ID: 'abc-1' }, 7)).toBe('abc-1');
    expect(runIdOf({}, 999_999_999)).toBe('pid-999999999');
    expect(runIdOf({ NX_OCI_RUN_ID: '../../x' }, 999_999_999)).toBe('pid-999999999');
  });

  it('distinguishes processes with the same id', () => {
    const [own, parent] = [runIdOf({}, process.pid), runIdOf({}, process.ppid)];
    expect(own).toMatch(process.platform === 'linux' ? /^pid-\d+-\d+$/ : /^pid-\d+$/);
    expect(own.split('-')[2]).toBe(runIdOf({}, process.pid).split('-')[2]);
    expect(own).not.toBe(parent);
  });
});
