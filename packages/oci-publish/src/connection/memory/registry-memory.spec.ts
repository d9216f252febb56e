import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type RegistryCapabilities } from '@nx-oci/distribution';
import { digestOf } from '@nx-oci/model';

import { RegistryMemory } from './registry-memory';

const HOST = 'registry.example.com:5000';
/** A client with observed capabilities of a host. */
const seeing = (facts: RegistryCapabilities) => ({ learned: () => new Map([[HOST, facts]]) });
const digest = (text: string) => digestOf(Buffer.from(text));
const image = (repository: string, name: string, ...blobs: string[]) => ({ repository, manifest: digest(name), blobs: blobs.map(digest) });

describe('RegistryMemory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-hints-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): Promise<RegistryMemory> => RegistryMemory.open([HOST], { folder });
  const file = (): string => join(folder, readdirSync(folder)[0]!);

  it('stores what was seen for the next run, in a file that other users cannot read', async () => {
    const hints = await open();
    hints.record(HOST, image('team/a', 'one', 'layer', 'config'));
    const login = { kind: 'bearer', realm: 'https://registry.example.com/token', service: 'registry' } as const;
    hints.learnFrom(seeing({ login, tagParameter: true }));
    await hints.save();
    const later = await open();
    expect(later.factsOf(HOST)).toEqual({ login, tagParameter: true });
    expect(later.findRepository(HOST, digest('config'), 'team/b')).toBe('team/a');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('passes what one client of a run has seen to later ones, even if nothing is stored', async () => {
    const memory = await RegistryMemory.open([HOST], {});
    memory.learnFrom(seeing({ tagParameter: true }));
    expect(memory.factsOf(HOST)).toEqual({ tagParameter: true });
    await memory.save();
    expect((await open()).factsOf(HOST)).toEqual({});
  });

  it('uses a folder that other users cannot read', async () => {
    const own = join(folder, 'hints');
    const memory = await RegistryMemory.open([HOST], { folder: own });
    memory.learnFrom(seeing({ tagParameter: true }));
    await memory.save();
    expect(statSync(own).mode & 0o777).toBe(0o700);
    expect(readdirSync(own)).toEqual([expect.stringMatching(/^[0-9a-f]{24}\.json$/)]);
  });

  it('prefers the repository itself to others, and the last seen one to older ones', async () => {
    const hints = await open();
    hints.record(HOST, image('old', 'one', 'layer'));
    hints.record(HOST, image('new', 'two', 'layer'));
    expect(hints.findRepository(HOST, digest('layer'), 'mine')).toBe('new');
    expect(hints.findRepository(HOST, digest('layer'), 'old')).toBe('old');
    expect(hints.findRepository(HOST, digest('other'), 'old')).toBeUndefined();
  });

  it('keeps what another process wrote meanwhile', async () => {
    const [one, other] = [await open(), await open()];
    one.record(HOST, image('a', 'one', 'x'));
    other.record(HOST, image('b', 'two', 'y'));
    one.learnFrom(seeing({ tagParameter: true }));
    await one.save();
    await other.save();
    const later = await open();
    expect(later.findRepository(HOST, digest('x'), 'c')).toBe('a');
    expect(later.findRepository(HOST, digest('y'), 'c')).toBe('b');
    expect(later.factsOf(HOST)).toEqual({ tagParameter: true });
  });

  it('drops the oldest images if there are too many', async () => {
    const hints = await open();
    for (let number = 0; number < 1000; number++)
      hints.record(HOST, image('a', `${number}`, ...Array.from({ length: 40 }, (_, n) => `${number} ${n}`)));
    await hints.save();
    expect(statSync(file()).size).toBeLessThanOrEqual(1024 * 1024);
    const later = await open();
    expect(later.findRepository(HOST, digest('999 0'), 'a')).toBe('a');
    expect(later.findRepository(HOST, digest('0 0'), 'a')).toBeUndefined();
  });

  it.each([
    ['half a file', (text: string) => text.slice(0, 40)],
    ['something else', () => '[]'],
    ['another host’s', (text: string) => text.replace(HOST, 'evil.example.com')],
    ['repositories that are none', (text: string) => text.replace('team/a', '../../x')],
    ['digests that are none', (text: string) => text.replace('"manifest":"sha256:', '"manifest":"../')],
    ['chunks that drown the registry', (text: string) => text.replace('"facts":{}', '"facts":{"chunkBytes":1}')],
    ['chunks that no memory holds', (text: string) => text.replace('"facts":{}', '"facts":{"chunkBytes":1000000000000}')],
    ['a flood', (text: string) => `${text}${' '.repeat(2_000_000)}`],
  ])('is empty if the file is %s', async (_what, spoil) => {
    const hints = await open();
    hints.record(HOST, image('team/a', 'one', 'layer'));
    await hints.save();
    writeFileSync(file(), spoil(readFileSync(file(), 'utf8')));
    expect((await open()).findRepository(HOST, digest('layer'), 'team/a')).toBeUndefined();
  });

  (process.platform === 'win32' ? it.skip : it)('are not waited for where a pipe has the name of the file', async () => {
    const hints = await open();
    hints.record(HOST, image('team/a', 'one', 'layer'));
    await hints.save();
    const name = file();
    rmSync(name);
    execFileSync('mkfifo', [name]);
    const later = await open();
    expect(later.factsOf(HOST)).toEqual({});
    later.record(HOST, image('team/a', 'one', 'layer'));
    await later.save();
    expect((await open()).findRepository(HOST, digest('layer'), 'team/a')).toBe('team/a');
  });

  it('works without a writable folder', async () => {
    const nowhere = join(folder, 'file');
    writeFileSync(nowhere, '');
    chmodSync(nowhere, 0o400);
    const hints = await RegistryMemory.open([HOST], { folder: nowhere });
    hints.record(HOST, image('team/a', 'one', 'layer'));
    await expect(hints.save()).resolves.toBeUndefined();
  });
});
