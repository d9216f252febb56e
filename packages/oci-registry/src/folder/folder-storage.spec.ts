import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { digestOf, hexOf, type DigestAlgorithm } from '@nx-oci/model';

import { folderStorage, startRegistry, type RunningRegistry } from '..';
import { bundleProgram, startProgram } from '../testing/program';
import { makeImage, pushBlob, putManifest } from '../testing/push';

describe('a registry in a folder', () => {
  let folder: string;
  const start = (): Promise<RunningRegistry> => startRegistry({ storage: folderStorage(join(folder, 'data')) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-registry-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('has everything after a restart', async () => {
    const before = await start();
    const image = await makeImage(before.url, 'team/api', ['layer']);
    await putManifest(before.url, 'team/api', 'Latest', image);
    await before.close();
    const after = await start();
    try {
      expect(await (await fetch(`${after.url}/v2/team/api/manifests/Latest`)).text()).toBe(image);
      expect(await (await fetch(`${after.url}/v2/team/api/blobs/${digestOf('layer')}`)).text()).toBe('layer');
      expect(await (await fetch(`${after.url}/v2/team/api/tags/list`)).json()).toMatchObject({ tags: ['Latest'] });
    } finally {
      await after.close();
    }
  });

  it('stores the bytes of a blob once, as long as any repository has it', async () => {
    const registry = await start();
    try {
      const digest = await pushBlob(registry.url, 'a', 'shared');
      await pushBlob(registry.url, 'b', 'shared');
      const files = (): Promise<string[]> => readdir(join(folder, 'data', 'content', 'sha256'));
      expect(await files()).toHaveLength(1);
      await fetch(`${registry.url}/v2/a/blobs/${digest}`, { method: 'DELETE' });
      expect(await files()).toHaveLength(1);
      await fetch(`${registry.url}/v2/b/blobs/${digest}`, { method: 'DELETE' });
      expect(await files()).toEqual([]);
    } finally {
      await registry.close();
    }
  });

  it('never replaces stored bytes, and repairs truncated ones', async () => {
    const registry = await start();
    try {
      const digest = await pushBlob(registry.url, 'a', 'shared');
      const file = join(folder, 'data', 'content', 'sha256', hexOf(digest));
      const { ino } = await stat(file);
      await Promise.all(['a', 'b', 'c'].map((repository) => pushBlob(registry.url, repository, 'shared')));
      expect((await stat(file)).ino).toBe(ino);
      await writeFile(file, 'sha');
      await pushBlob(registry.url, 'a', 'shared');
      expect(await (await fetch(`${registry.url}/v2/b/blobs/${digest}`)).text()).toBe('shared');
    } finally {
      await registry.close();
    }
  });

  it('reports an unusable folder', async () => {
    await writeFile(join(folder, 'data'), 'a file, not a folder');
    await expect(start()).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining(join(folder, 'data')) as string,
    });
  });

  it('removes uploads of a killed process, but no running ones', async () => {
    const temp = join(folder, 'data', 'temp');
    await mkdir(temp, { recursive: true });
    for (const name of ['old', 'young']) await writeFile(join(temp, name), 'half a blob');
    await utimes(join(temp, 'old'), 0, 0);
    const registry = await start();
    try {
      expect(await readdir(temp)).toEqual([]);
      await fetch(`${registry.url}/v2/app/blobs/uploads/`, { method: 'POST' });
      await expect(start()).rejects.toMatchObject({ code: 'FOLDER_IN_USE' });
      expect(await readdir(temp)).toHaveLength(1);
    } finally {
      await registry.close();
    }
  });

  it('is consistent after the process was killed in the middle of pushes, many times', async () => {
    const program = await bundleProgram(folder);
    const acknowledged = new Map<string, string>();
    for (let round = 0; round < 6; round += 1) {
      const { child, url } = await startProgram(program, join(folder, 'data'));
      const pushing = Promise.allSettled(Array.from({ length: 4 }, (_, lane) => pushUntilDead(url, `r${round}-${lane}`, acknowledged)));
      const atStart = acknowledged.size;
      while (acknowledged.size < atStart + 2) await wait(10);
      await wait(40 * round);
      child.kill('SIGKILL');
      await pushing;
    }
    await expectWhole(join(folder, 'data'), acknowledged);
  }, 180_000);
});

/** Pushes images under new tags until the registry is gone, and records each acknowledged tag. */
async function pushUntilDead(url: string, name: string, acknowledged: Map<string, string>): Promise<void> {
  for (let count = 0; ; count += 1) {
    const image = await makeImage(url, 'app', [`${name}-${count}`.repeat(20_000)]);
    const tag = `${name}-${count}`;
    if ((await putManifest(url, 'app', tag, image)).status === 201) acknowledged.set(tag, image);
  }
}

async function expectWhole(folder: string, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const registry = await startRegistry({ storage: folderStorage(folder) });
  try {
    for (const [tag, image] of acknowledged) {
      expect(await (await fetch(`${registry.url}/v2/app/manifests/${tag}`)).text()).toBe(image);
      for (const { digest } of (JSON.parse(image) as { layers: { digest: string }[] }).layers) {
        expect((await fetch(`${registry.url}/v2/app/blobs/${digest}`)).status).toBe(200);
      }
    }
  } finally {
    await registry.close();
  }
  for (const algorithm of (await readdir(join(folder, 'content'))) as DigestAlgorithm[]) {
    for (const hex of await readdir(join(folder, 'content', algorithm))) {
      expect(digestOf(await readFile(join(folder, 'content', algorithm, hex)), algorithm)).toBe(`${algorithm}:${hex}`);
    }
  }
}
