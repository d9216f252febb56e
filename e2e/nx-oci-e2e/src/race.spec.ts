import { join } from 'node:path';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

// Ten pairs take two minutes; a slow machine may take several times as long, and stops a process for longer than 2 s.
const PATIENCE_MS = 20 * 60_000;

it(
  'leaves floating tags on the newest commit when publishes of neighbouring commits cross, and some are killed',
  async () => {
    const args = [join(WORKSPACE_ROOT, 'tools/race/main.mjs'), '--pairs', '10', '--settle', '5000', '--seed', '1', '--minutes', '6'];
    const { code, output } = await run(process.execPath, args, { cwd: WORKSPACE_ROOT, timeoutMs: PATIENCE_MS });
    expect(output).toContain(' 0 wrong ends');
    expect(code).toBe(0);
  },
  PATIENCE_MS,
);
