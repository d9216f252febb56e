import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { digestOf } from '@nx-oci/model';

import { folderStorage, startRegistry, type RunningRegistry } from '..';
import { codesOf, makeImage, pushBlob, putManifest } from '../testing/push';

const MIB = 1024 * 1024;

// A really full disk: only root may mount one, and only Linux has tmpfs.
const canMount = process.platform === 'linux' && process.getuid?.() === 0;

(canMount ? describe : describe.skip)('a registry whose disk is full', () => {
  let disk: string;
  let registry: RunningRegistry;

  beforeEach(async () => {
    disk = mkdtempSync(join(tmpdir(), 'oci-registry-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
    registry = await startRegistry({ storage: folderStorage(disk) });
  });
  afterEach(async () => {
    await registry.close();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  const fill = (): void => {
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(5 * MIB));
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
    }
  };
  const free = (): Promise<void> => rm(join(disk, 'filler'));
  const drafts = (): Promise<string[]> => readdir(join(disk, 'temp'));
  const contents = (): Promise<string[]> => readdir(join(disk, 'content', 'sha256'));
  const expectFull = async (answer: Response): Promise<void> => {
    expect(answer.status).toBe(507);
    expect(await codesOf(answer)).toEqual(['INSUFFICIENT_STORAGE']);
  };
  const big = Buffer.alloc(5 * MIB, 'x');

  it('reports it in the middle of a blob, stores nothing of it, and continues', async () => {
    await expectFull(await fetch(`${registry.url}/v2/app/blobs/uploads/?digest=${digestOf(big)}`, { method: 'POST', body: big }));
    expect(await drafts()).toEqual([]);
    await pushBlob(registry.url, 'app', 'small');
  });

  it('reports it in the middle of a chunk, and ends the upload, whose chunks would fill the disk for another hour', async () => {
    const answer = await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });
    const session = new URL(answer.headers.get('location') ?? '', registry.url);
    expect((await fetch(session, { method: 'PATCH', body: Buffer.alloc(MIB) })).status).toBe(202);
    await expectFull(await fetch(session, { method: 'PATCH', body: big }));
    expect(await drafts()).toEqual([]);
    expect((await fetch(session)).status).toBe(404);
    await pushBlob(registry.url, 'app', 'small');
  });

  it('reports it to every push that does not fit, stores nothing of them, and serves existing content', async () => {
    const image = await makeImage(registry.url, 'app', ['layer']);
    const before = await contents();
    fill();
    await expectFull(await putManifest(registry.url, 'app', 'v1', image));
    await expectFull(await fetch(`${registry.url}/v2/app/blobs/uploads/?digest=${digestOf('new')}`, { method: 'POST', body: 'new' }));
    await expectFull(await fetch(`${registry.url}/v2/other/blobs/uploads/?mount=${digestOf('layer')}&from=app`, { method: 'POST' }));
    expect(await drafts()).toEqual([]);
    expect(await contents()).toEqual(before);
    expect(await (await fetch(`${registry.url}/v2/app/blobs/${digestOf('layer')}`)).text()).toBe('layer');
    await free();
    expect((await putManifest(registry.url, 'app', 'v1', image)).status).toBe(201);
  });

  it('starts, and first removes the files of a killed server', async () => {
    await registry.close();
    mkdirSync(join(disk, 'temp'), { recursive: true });
    fill();
    await writeFile(join(disk, 'temp', '2b1e9c1c-33ab-4f0e-8a43-6d1c7a2f5f10'), '').catch(() => undefined);
    execFileSync('mv', [join(disk, 'filler'), join(disk, 'temp', '2b1e9c1c-33ab-4f0e-8a43-6d1c7a2f5f10')]);
    registry = await startRegistry({ storage: folderStorage(disk) });
    expect(await drafts()).toEqual([]);
    await pushBlob(registry.url, 'app', 'small');
  });
});
