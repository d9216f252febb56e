import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { openPlain } from './plain-file';

// What `statPlain` saw may be something else by now: whoever can write to the layout can take the file away in between.
describe('a file that was looked at and is then opened', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-plain-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not read through a link that has come into its place', async () => {
    await writeFile(join(folder, 'secret'), 's3cret');
    await symlink(join(folder, 'secret'), join(folder, 'blob'));
    await expect(openPlain(join(folder, 'blob'))).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('is not waited for when a pipe has come into its place', async () => {
    await promisify(execFile)('mkfifo', [join(folder, 'blob')]);
    const file = await openPlain(join(folder, 'blob'));
    expect((await file.read(Buffer.alloc(1))).bytesRead).toBe(0);
    await file.close();
  });
});
