import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ImageUses, type ImageUse } from '../../engines/image/image-uses';
import { type TaggedImage } from '../report/report-tagged';
import { prunePublished } from './prune-image';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-prune-published-spec-'));
  await mkdir(join(root, 'image'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

describe('the local image of a publish with `prune`', () => {
  const prune = async (): Promise<string> => {
    const printed: string[] = [];
    const record = { project: 'api', folder: join(root, 'image'), prune: true };
    await prunePublished([{ record, isSuccess: true } as TaggedImage], {
      workspaceRoot: root,
      runPid: process.pid,
      pruneImage: async (folder) => {
        await rm(folder, { recursive: true });
        return 'removed';
      },
      print: (text) => printed.push(text),
    });
    return printed.join('\n');
  };

  it.each<ImageUse>(['build', 'publish', 'test', 'run'])('stays while a %s of another run uses it', async (use) => {
    // Another process that is alive.
    await new ImageUses(root, process.ppid).during(['api'], use, async () => {
      expect(await prune()).toBe(`api: published, and its local image kept: a ${use} of api is running`);
    });
    expect(existsSync(join(root, 'image'))).toBe(true);
  });

  it('goes although its own run still publishes', async () => {
    await new ImageUses(root, process.pid).during(['api'], 'publish', async () => {
      expect(await prune()).toBe('api: removed');
    });
  });

  it('goes while another run uses the image of another project', async () => {
    await new ImageUses(root, process.ppid).during(['web'], 'test', async () => {
      expect(await prune()).toBe('api: removed');
    });
  });

  it('that cannot be removed is reported, and the image counts as published', async () => {
    await writeFile(join(root, 'node_modules'), 'not a folder');
    expect(await prune()).toMatch(/^api: published, but its local image could not be removed\. /);
  });
});
