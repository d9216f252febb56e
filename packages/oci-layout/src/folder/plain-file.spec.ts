import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { openPlain } from './plain-file';

// The file may change after `statPlain`: anyone who can write to the layout can replace it in between.
describe('a file that is replaced between check and open', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-plain-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not read through a link in its place', async () => {
    await writeFile(join(folder, 'secret'), 's3cret');
    await symlink(join(folder, 'secret'), join(folder, 'blob'));
    await expect(openPlain(join(folder, 'blob'))).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('does not block if it is now a pipe', async () => {
    await promisify(execFile)('mkfifo', [join(folder, 'blob')]);
    const file = await openPlain(join(folder, 'blob'));
    expect((await file.read(Buffer.alloc(1))).bytesRead).toBe(0);
    await file.close();
  });
});
