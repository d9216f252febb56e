import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

const PROGRAM = join(WORKSPACE_ROOT, 'tools/faults/main.mjs');
// A short run of the program, which does 200 publishes by default. Most of the time is waits that registries ask for.
const PUBLISHES = 10;
const TIMEOUT_MS = 600_000;

async function publishThrough(trouble: string): Promise<string> {
  const args = [PROGRAM, '--against', trouble, '--publishes', `${PUBLISHES}`];
  const { code, output } = await run(process.execPath, args, { cwd: WORKSPACE_ROOT, timeoutMs: TIMEOUT_MS });
  // The output says what failed.
  if (code !== 0) throw new Error(output);
  return output;
}

describe('publishes in a row to embedded registries that fail', () => {
  it(
    'all succeed, and every tag points at a complete image',
    async () => {
      const output = await publishThrough('embedded');
      expect(output).toMatch(new RegExp(`ended right +${PUBLISHES}\\n`));
      for (const kind of ['503', '429, Retry-After: 3', 'token expired', 'reset']) expect(output).toContain(`struck: ${kind}`);
    },
    TIMEOUT_MS,
  );
});

describeWith(['distribution-3-program', 'toxiproxy'], 'publishes in a row to real registries behind a faulty network', () => {
  it(
    'all succeed, and every tag points at a complete image',
    async () => expect(await publishThrough('distribution')).toMatch(new RegExp(`ended right +${PUBLISHES}\\n`)),
    TIMEOUT_MS,
  );
});
