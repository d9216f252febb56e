import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

// Each combination creates a workspace and installs packages into it.
const TIMEOUT_MS = 20 * 60_000;

it(
  'a new user gets from an empty folder to a published image with each version of Nx and each package manager',
  async () => {
    const { output } = await run(process.execPath, ['tools/newcomer/main.mjs', '--pairwise'], {
      cwd: WORKSPACE_ROOT,
      timeoutMs: TIMEOUT_MS,
    });
    expect(output).toContain('3 of 3 combinations work.');
  },
  TIMEOUT_MS,
);
