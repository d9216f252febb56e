import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { TarHeaders, TarProblem, type TarEntry } from './tar-headers';

const LONG = `${'long-name-'.repeat(12)}ä`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-tar-'));
  await mkdir(join(folder, 'in/plain'), { recursive: true });
  await mkdir(join(folder, 'in', LONG, LONG), { recursive: true });
  await writeFile(join(folder, 'in', LONG, 'file'), 'x'.repeat(1025));
  await symlink(`${LONG}/${LONG}`, join(folder, 'in/to'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function read(archive: Buffer, pieceBytes: number): TarEntry[] {
  const entries: TarEntry[] = [];
  const headers = new TarHeaders((entry) => entries.push(entry));
  for (let at = 0; at < archive.length; at += pieceBytes) headers.write(archive.subarray(at, at + pieceBytes));
  return entries;
}

describe('TarHeaders', () => {
  it.each([
    ['pax', 1],
    ['pax', 512],
    ['gnu', 700],
    ['gnu', 1_000_000],
  ])('reads what GNU tar writes in the format %s, in pieces of %i bytes', async (format, pieceBytes) => {
    const file = join(folder, `${format}.tar`);
    // An owner beyond the seven digits of ustar, as in user namespaces.
    await promisify(execFile)('tar', [
      `--format=${format}`,
      '--owner=a:3000000',
      '--group=b:7',
      '--mode=2750',
      '-cf',
      file,
      '-C',
      join(folder, 'in'),
      '.',
    ]);
    const entries = read(await readFile(file), pieceBytes);
    const owned = { mode: 0o2750, uid: 3_000_000, gid: 7 };
    expect(entries).toHaveLength(6);
    expect(entries).toContainEqual({ type: '5', path: './plain/', target: '', size: 0, ...owned });
    expect(entries).toContainEqual({ type: '5', path: `./${LONG}/${LONG}/`, target: '', size: 0, ...owned });
    expect(entries).toContainEqual({ type: '0', path: `./${LONG}/file`, target: '', size: 1025, ...owned });
    expect(entries).toContainEqual(expect.objectContaining({ type: '2', path: './to', target: `${LONG}/${LONG}` }));
  });

  it('refuses a file that is not an archive', () => {
    expect(() => read(Buffer.alloc(1024, 'x'), 1024)).toThrow(TarProblem);
  });
});
