import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { digestOf } from '@nx-oci/model';

import { bundleProgram, startProgram } from '../testing/program';
import { makeImage, pushBlob, putManifest } from '../testing/push';

const TAGS = 1000;

(process.platform === 'win32' ? describe.skip : describe)('a registry that may open 256 files', () => {
  it(`serves page, lists and blobs of ${TAGS} tags many times at once, and takes pushes meanwhile`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oci-registry-'));
    const program = await bundleProgram(folder);
    const image = await pushImage(program, join(folder, 'data'));
    await addTags(join(folder, 'data', 'repositories', 'app', '_tags'), digestOf(image));
    const { child, url } = await startProgram(program, join(folder, 'data'), 'ulimit -n 256');
    try {
      const read = async (path: string): Promise<number> => {
        const answer = await fetch(url + path);
        await answer.arrayBuffer();
        return answer.status;
      };
      const paths = ['/', '/?repository=app', '/v2/_catalog', '/v2/app/tags/list', `/v2/app/blobs/${digestOf('layer'.repeat(100_000))}`];
      const reading = Array.from({ length: 10 }, () => paths.map(read)).flat();
      const pushing = Array.from({ length: 20 }, (_, index) => pushBlob(url, `app-${index}`, `blob ${index}`));
      await Promise.all(pushing);
      expect(new Set(await Promise.all(reading))).toEqual(new Set([200]));
      expect((await putManifest(url, 'app', 'v1', image)).status).toBe(201);
      expect(await (await fetch(`${url}/?repository=app`)).text()).toContain('1 to 100 of 1,002 tags');
    } finally {
      child.kill();
      await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});

/** Pushes `app:v0`, and ends the registry again: only one process may write to its folder. @returns the manifest. */
async function pushImage(program: string, folder: string): Promise<string> {
  const { child, url } = await startProgram(program, folder);
  try {
    const image = await makeImage(url, 'app', ['layer'.repeat(100_000)]);
    await putManifest(url, 'app', 'v0', image);
    return image;
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

/** Written directly as by `toFileName` and `setTag`, since pushing so many would take a minute. */
async function addTags(folder: string, digest: string): Promise<void> {
  const text = JSON.stringify({ digest, setAt: '2026-01-01T00:00:00.000Z' });
  for (let number = 0; number < TAGS; number += 1) await writeFile(join(folder, `t${number}.json`), text);
}
