import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RunFolder } from './run-folder';
import { runIdOf } from './run-id';

describe('RunFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-run-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('shows each process the notes of all, ordered by task', async () => {
    const [one, other] = [new RunFolder<number>(join(folder, 'run')), new RunFolder<number>(join(folder, 'run'))];
    expect(await one.notes()).toEqual([]);
    await one.note({ taskId: 'web:publish', state: 'staged', staged: 1 });
    await other.note({ taskId: '@acme/api:publish', state: 'failed', reason: 'no' });
    expect(await one.notes()).toEqual([
      { taskId: '@acme/api:publish', state: 'failed', reason: 'no' },
      { taskId: 'web:publish', state: 'staged', staged: 1 },
    ]);
  });

  it('keeps what is to be told at the end, in order', async () => {
    const run = new RunFolder(join(folder, 'run'));
    expect(await run.told()).toBe('');
    run.tell('first');
    new RunFolder(join(folder, 'run')).tell('second');
    expect(await run.told()).toBe('first\nsecond');
  });

  it('lets exactly one set the tags', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => new RunFolder(join(folder, 'run')).claimTagging()));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });
});

describe('runIdOf', () => {
  it('takes the id of the run, and the Nx process where there is none or a strange one', () => {
    expect(runIdOf({ NX_OCI_RUN_ID: 'abc-1' }, 7)).toBe('abc-1');
    expect(runIdOf({}, 7)).toBe('pid-7');
    expect(runIdOf({ NX_OCI_RUN_ID: '../../x' }, 7)).toBe('pid-7');
  });
});
