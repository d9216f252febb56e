import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { saveNxClient, readNxClient } from './nx-client';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the Nx process of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-client-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is found by other processes of the run', async () => {
    await saveNxClient(join(folder, 'run'), process.pid);
    expect(await readNxClient(join(folder, 'run'))).toBe(process.pid);
  });

  it('is unknown if it was not recorded, or could not be', async () => {
    await saveNxClient(folder, undefined);
    expect(await readNxClient(folder)).toBeUndefined();
  });

  it('is unknown when it has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
    await saveNxClient(folder, child.pid);
    child.kill();
    await once(child, 'exit');
    expect(await readNxClient(folder)).toBeUndefined();
  });

  it('is not read from the record of another version of nx-oci', async () => {
    await saveNxClient(folder, process.pid);
    const file = join(folder, 'nx-process.json');
    const note = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...note, schemaVersion: 2 }));
    expect(await readNxClient(folder)).toBeUndefined();
  });

  it('is not confused with a process that reuses its id', async () => {
    writeFileSync(join(folder, 'nx-process.json'), JSON.stringify({ schemaVersion: 1, pid: process.pid, start: '1' }));
    expect(await readNxClient(folder)).toBeUndefined();
  });
});
