import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeTemporaryFolder, sweepTemporaryFolders, temporaryName } from './temporary-folder';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a temporary folder', () => {
  let parent: string;
  let other: ChildProcess;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'nx-oci-sweep-'));
    other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(other, 'spawn');
  });

  afterEach(async () => {
    other.kill('SIGKILL');
    await rm(parent, { recursive: true });
  });

  async function leave(name: string): Promise<string> {
    await mkdir(join(parent, name), { mode: 0o700 });
    await writeFile(join(parent, name, 'config.json'), '{"auths":{}}');
    return name;
  }

  async function left(nowMs = Date.now()): Promise<readonly string[]> {
    await sweepTemporaryFolders(nowMs, [parent]);
    return (await readdir(parent)).sort();
  }

  it('is kept while its process runs, and removed by the next run after a SIGKILL', async () => {
    const own = await makeTemporaryFolder(parent);
    const theirs = await leave(`${temporaryName(other.pid ?? 0)}-a1B2c3`);
    expect(await left()).toEqual([own.folder.slice(parent.length + 1), theirs].sort());
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await left()).toEqual([own.folder.slice(parent.length + 1)]);
    await own.remove();
    expect(await left()).toEqual([]);
  });

  it('is removed if another process now has its process id', async () => {
    const name = temporaryName(other.pid ?? 0);
    await leave(`${name.replace(/-(\d+)$/, '-1')}-a1B2c3`);
    expect(await left()).toEqual([]);
  });

  it('of another container, machine or older version is removed after a day', async () => {
    const names = [await leave('nx-oci-build-00000000-1-1-a1B2c3'), await leave('nx-oci-build-a1B2c3')].sort();
    expect(await left()).toEqual(names);
    expect(await left(Date.now() + 2 * DAY_MS)).toEqual([]);
  });

  it('is never confused with links, files and other names, which stay', async () => {
    const target = await leave('precious');
    await symlink(join(parent, target), join(parent, 'nx-oci-build-00000000-1-1-a1B2c3'));
    await writeFile(join(parent, 'nx-oci-build-a1B2c3'), '');
    await leave('nx-oci-buildx-a1B2c3');
    await leave('nx-oci-build-00000000-1-1-a1B2c3x');
    const old = new Date(0);
    for (const name of await readdir(parent)) await utimes(join(parent, name), old, old);
    expect(await left()).toHaveLength(5);
    expect(await readdir(join(parent, target))).toEqual(['config.json']);
  });

  it('may be searched in a missing folder', async () => {
    await expect(sweepTemporaryFolders(0, [join(parent, 'missing')])).resolves.toBeUndefined();
  });
});
