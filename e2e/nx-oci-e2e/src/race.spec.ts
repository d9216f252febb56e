import { join } from 'node:path';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

// Ten pairs take two minutes; a slow machine may need several times as long.
const TIMEOUT_MS = 20 * 60_000;

it(
  'leaves floating tags on the newest commit when publishes of neighbouring commits cross, and some are killed',
  async () => {
    const args = [join(WORKSPACE_ROOT, 'tools/race/main.mjs'), '--pairs', '10', '--settle', '5000', '--seed', '1', '--minutes', '6'];
    const { code, output } = await run(process.execPath, args, { cwd: WORKSPACE_ROOT, timeoutMs: TIMEOUT_MS });
    expect(output).toContain(' 0 wrong ends');
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);

it(
  'leaves no tag on an image that lacks a platform when publishes of three images are killed, and the next run finishes',
  async () => {
    const args = [join(WORKSPACE_ROOT, 'tools/race/kills.mjs'), '--kills', '6', '--seed', '1', '--minutes', '10'];
    const { code, output } = await run(process.execPath, args, { cwd: WORKSPACE_ROOT, timeoutMs: TIMEOUT_MS });
    expect(output).toContain(' 0 wrong ends');
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);
