import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

const PROGRAM = join(WORKSPACE_ROOT, 'tools/faults/main.mjs');
// A short run of what the program does 200 times by hand; waits that registries ask for are most of it.
const PUBLISHES = 10;
const PATIENCE_MS = 600_000;

async function publishThrough(trouble: string): Promise<string> {
  const args = [PROGRAM, '--against', trouble, '--publishes', `${PUBLISHES}`];
  const { code, output } = await run(process.execPath, args, { cwd: WORKSPACE_ROOT, timeoutMs: PATIENCE_MS });
  // The output says what failed.
  if (code !== 0) throw new Error(output);
  return output;
}

describe('publishes in a row to embedded registries that fail', () => {
  it(
    'all end right, with every blob in its place behind every tag',
    async () => {
      const output = await publishThrough('embedded');
      expect(output).toMatch(new RegExp(`ended right +${PUBLISHES}\\n`));
      for (const kind of ['503', '429, Retry-After: 3', 'token expired', 'reset']) expect(output).toContain(`struck: ${kind}`);
    },
    PATIENCE_MS,
  );
});

describeWith(['distribution-3-program', 'toxiproxy'], 'publishes in a row to real registries behind a network that breaks', () => {
  it(
    'all end right, with every blob in its place behind every tag',
    async () => expect(await publishThrough('distribution')).toMatch(new RegExp(`ended right +${PUBLISHES}\\n`)),
    PATIENCE_MS,
  );
});
