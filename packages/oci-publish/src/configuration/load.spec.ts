import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';

import { loadRegistries } from './registries';
import { usableEntries } from './usable-entries';

describe('registries.yaml with thousands of registries', () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-load-'));
  });

  afterAll(() => rm(root, { recursive: true }));

  /** @returns milliseconds of processor time, which other load of the machine hardly changes, and what is wrong. */
  async function load(count: number, entry: (index: number) => string): Promise<{ readonly cpuMs: number; readonly message: string }> {
    const entries = Array.from({ length: count }, (_, index) => entry(index));
    await writeFile(join(root, 'registries.yaml'), `registries:\n${entries.join('')}`);
    const before = process.cpuUsage();
    const message = await loadRegistries(root, {}).then(
      (registries) => `${usableEntries(registries).length} usable`,
      (error: unknown) => (isOciError(error) ? error.message : Promise.reject(error as Error)),
    );
    const { user, system } = process.cpuUsage(before);
    return { cpuMs: (user + system) / 1000, message };
  }

  it.each([
    ['all is right', (index: number) => `  r${index}: { host: h${index}.lan, tags: [sha] }\n`],
    ['all is wrong', (index: number) => `  r${index}: { hots: x, host: "h/${index}", auth: { password: x } }\n`],
    ['all have one name', () => '  a: { host: a.lan }\n'],
  ])(
    'takes time in proportion to their number where %s',
    async (_, entry) => {
      await load(500, entry);
      const few = await load(1000, entry);
      const many = await load(4000, entry);
      // Where each is compared with all others four times as many take sixteen times as long.
      expect(many.cpuMs).toBeLessThan(few.cpuMs * 9 + 1000);
    },
    120_000,
  );

  it('names the first hundred mistakes, and how many more there are', async () => {
    const { message } = await load(300, (index) => `  r${index}: { host: "h/${index}" }\n`);
    expect(message.split('\n')).toHaveLength(102);
    expect(message).toMatch(/300 problems\n[^]*… and 200 more$/);
  });
});
