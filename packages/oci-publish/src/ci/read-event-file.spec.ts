import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readEventFile } from './read-event-file';

describe('readEventFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-event-'));
  const file = join(folder, 'event.json');
  const read = (path: string) => readEventFile({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: path });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the event', async () => {
    writeFileSync(file, '{"number":7}');
    expect(await read(file)).toEqual({ number: 7 });
    expect(await readEventFile({ GITHUB_EVENT_PATH: file })).toBeUndefined();
  });

  it.each(['', '{', '\u0000'])('reads no event from %j', async (text) => {
    writeFileSync(file, text);
    expect(await read(file)).toBeUndefined();
  });

  it('reads no event from a missing file, a folder or a file that is too large', async () => {
    expect(await read(join(folder, 'none'))).toBeUndefined();
    expect(await read(folder)).toBeUndefined();
    writeFileSync(file, Buffer.alloc(27 * 1024 * 1024, '['));
    expect(await read(file)).toBeUndefined();
  });
});
