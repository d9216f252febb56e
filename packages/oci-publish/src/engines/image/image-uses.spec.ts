import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { temporaryName } from '../tools/temporary-folder';
import { ImageUses } from './image-uses';

let root: string;
const marks = () => readdirSync(join(root, 'node_modules/.cache/nx-oci/uses'));

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-uses-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the local image of a project', () => {
  it('is never used and pruned at the same time, in whatever order users and prunes come', async () => {
    const steps = fc.array(fc.record({ isPrune: fc.boolean(), ticks: fc.integer({ min: 0, max: 12 }) }), { minLength: 2, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const inside = { use: 0, prune: 0 };
        const stay = async (kind: 'use' | 'prune', ticks: number) => {
          inside[kind] += 1;
          for (let tick = 0; tick <= ticks; tick += 1) {
            await new Promise(setImmediate);
            expect(Math.min(inside.use, inside.prune)).toBe(0);
          }
          inside[kind] -= 1;
        };
        await Promise.all(
          plan.map(async ({ isPrune, ticks }) => {
            for (let tick = 0; tick < ticks; tick += 1) await new Promise(setImmediate);
            const uses = new ImageUses(root);
            await (isPrune ? uses.alone('api', () => stay('prune', ticks)) : uses.during(['api'], 'publish', () => stay('use', ticks)));
          }),
        );
      }),
      { numRuns: 40 },
    );
    expect(marks()).toEqual([]);
  });

  it('is not used by a process that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const uses = new ImageUses(root);
    await uses.during(['api'], 'build', async () => {
      const [mark = ''] = marks();
      await rename(
        join(root, 'node_modules/.cache/nx-oci/uses', mark),
        join(root, 'node_modules/.cache/nx-oci/uses', mark.replace(temporaryName(process.pid), temporaryName(pid))),
      );
      expect(await uses.alone('api', () => Promise.resolve('pruned'))).toEqual({ result: 'pruned' });
    });
    expect(marks()).toEqual([]);
  });

  it('is used until the end of the run that built it, except for a prune of that run itself', async () => {
    // This process plays the Nx process of another run.
    const run = process.ppid;
    await new ImageUses(root, run).during(['api'], 'build', () => Promise.resolve());
    expect(await new ImageUses(root).alone('api', () => Promise.resolve('pruned'))).toEqual({ usedBy: 'build' });
    expect(await new ImageUses(root, run).alone('api', () => Promise.resolve('pruned'))).toEqual({ result: 'pruned' });
  });

  it('can be used where nothing can be written', async () => {
    await mkdir(join(root, 'node_modules/.cache'), { recursive: true });
    await writeFile(join(root, 'node_modules/.cache/nx-oci'), '');
    expect(await new ImageUses(root).during(['api'], 'publish', () => Promise.resolve('published'))).toBe('published');
  });
});
