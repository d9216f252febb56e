import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';
import { buildSync } from 'esbuild';

import { GOLDEN } from './testing/golden-layers';

describeWith(['qemu-aarch64', 'arm64-libraries', 'node-24-arm64'], 'layers that an arm64 processor compresses', (things) => {
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-arm64-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have the bytes that they have on any other', () => {
    const program = join(folder, 'print-golden-layers.js');
    buildSync({ entryPoints: [join(__dirname, 'testing/print-golden-layers.ts')], bundle: true, platform: 'node', outfile: program });
    // `/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1` is looked for as `/lib/ld-linux-aarch64.so.1`.
    const root = dirname(dirname(things.tool('arm64-libraries')));
    const printed = execFileSync(things.tool('qemu-aarch64'), ['-L', root, things.tool('node-24-arm64'), program], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({ arch: 'arm64', ...GOLDEN });
  }, 120_000);
});
