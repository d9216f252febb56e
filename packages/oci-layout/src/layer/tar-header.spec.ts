import { extract, type Header } from 'tar-stream';

import { encodeTarHeader, END_OF_ARCHIVE, type TarHeaderFields } from './tar-header';

const plain: TarHeaderFields = { kind: 'file', path: 'app/main.js', mode: 0o644, uid: 0, gid: 0, size: 0 };

/** The header, parsed independently. */
function readBack(fields: TarHeaderFields): Promise<Header> {
  return new Promise((resolve, reject) => {
    const reader = extract();
    reader.on('entry', (header, stream) => {
      resolve(header);
      stream.resume();
    });
    reader.on('error', reject);
    reader.write(encodeTarHeader(fields));
    if (fields.size === 0) reader.end(END_OF_ARCHIVE);
  });
}

describe('encodeTarHeader', () => {
  it('writes one block for an ordinary file, without owner names and with time zero', async () => {
    expect(encodeTarHeader(plain)).toHaveLength(512);
    await expect(readBack(plain)).resolves.toMatchObject({
      name: 'app/main.js',
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
      mtime: new Date(0),
    });
  });

  it('gives a folder a closing slash and a link its target', async () => {
    await expect(readBack({ ...plain, kind: 'folder', path: 'app', mode: 0o755 })).resolves.toMatchObject({
      name: 'app/',
      type: 'directory',
    });
    await expect(readBack({ ...plain, kind: 'link', path: 'a', target: '../b' })).resolves.toMatchObject({
      linkname: '../b',
      type: 'symlink',
    });
  });

  it.each([
    ['100 bytes', 'a'.repeat(100), 1],
    ['101 bytes with a slash to split at', `${'a'.repeat(50)}/${'b'.repeat(50)}`, 1],
    ['256 bytes, split at the only place', `${'a'.repeat(155)}/${'b'.repeat(100)}`, 1],
    ['101 bytes without a slash', 'a'.repeat(101), 3],
    ['257 bytes', `${'a'.repeat(156)}/${'b'.repeat(100)}`, 3],
    ['999 bytes', Array.from({ length: 100 }, () => 'node_modu').join('/'), 4],
    ['names that are not ASCII', 'größe/日本語/🙂.txt', 3],
    ['a new line in a name', 'odd\nname', 3],
  ])('keeps %s', async (_what, path, blocks) => {
    const header = encodeTarHeader({ ...plain, path });
    expect(header.length / 512).toBe(blocks);
    await expect(readBack({ ...plain, path })).resolves.toMatchObject({ name: path });
  });

  it('does not split a long folder name at its own closing slash', async () => {
    const path = 'a'.repeat(120);
    expect(encodeTarHeader({ ...plain, kind: 'folder', path }).length / 512).toBe(3);
    await expect(readBack({ ...plain, kind: 'folder', path })).resolves.toMatchObject({ name: `${path}/` });
  });

  it('keeps a link target of more than 100 bytes', async () => {
    const target = `${'../'.repeat(40)}target`;
    await expect(readBack({ ...plain, kind: 'link', path: 'l', target })).resolves.toMatchObject({ linkname: target });
  });

  it('keeps sizes from 8 GiB and owners that exceed seven octal digits', async () => {
    await expect(readBack({ ...plain, size: 8 * 1024 ** 3 })).resolves.toMatchObject({ size: 8_589_934_592 });
    await expect(readBack({ ...plain, size: 8 * 1024 ** 3 - 1 })).resolves.toMatchObject({ size: 8_589_934_591, pax: null });
    await expect(readBack({ ...plain, uid: 2_097_152, gid: 3_000_000 })).resolves.toMatchObject({
      pax: { uid: '2097152', gid: '3000000' },
    });
  });

  it('includes the digits of a record length in the length, even if they add one', async () => {
    for (let length = 85; length < 100; length++) {
      const path = `ü${'a'.repeat(length)}`;
      await expect(readBack({ ...plain, path })).resolves.toMatchObject({ name: path });
    }
  });
});
