import { describeWith } from '@nx-oci/model/testing';

import { runOrFail } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

// It builds the packages in a copy, and creates a workspace.
const TIMEOUT_MS = 15 * 60_000;

describeWith(['verdaccio'], 'a release of the packages', () => {
  it(
    'has one version everywhere, reaches an npm registry whole, and a new workspace adds nx-oci from there by its name and publishes an image',
    async () => {
      const output = await runOrFail(process.execPath, ['tools/release/main.mjs'], { cwd: WORKSPACE_ROOT, timeoutMs: TIMEOUT_MS });
      expect(output.match(/ 9\.9\.9: \d+ files/g)).toHaveLength(6);
      expect(output).toContain('A new workspace added nx-oci 9.9.9 by its name, and published acme/hello');
    },
    TIMEOUT_MS,
  );

  it('publishes to npm, and no image, although the plugin of this workspace infers publishes of images', async () => {
    const output = await runOrFail('npx', ['--no', 'nx', 'show', 'project', 'nx-oci', '--json'], {
      cwd: WORKSPACE_ROOT,
      env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
    });
    const { targets } = JSON.parse(output) as { readonly targets: Readonly<Record<string, { readonly executor: string }>> };
    expect(targets['nx-release-publish']?.executor).toBe('@nx/js:release-publish');
  });
});
