import { describeWith } from '@nx-oci/model/testing';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

// Each makes a workspace with a package manager and installs into it.
const TIMEOUT_MS = 20 * 60_000;

describeWith(['docker', 'distribution-3'], 'apps made by the generators of Nx', () => {
  it(
    'answer from a container after one generator and one publish, with each framework, package manager and Nx',
    async () => {
      const { output } = await run(process.execPath, ['tools/node-services/main.mjs', '--pairwise'], {
        cwd: WORKSPACE_ROOT,
        timeoutMs: TIMEOUT_MS,
      });
      expect(output).toContain('3 of 3 services answer.');
    },
    TIMEOUT_MS,
  );
});
