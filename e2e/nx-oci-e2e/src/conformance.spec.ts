import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

const MATRIX = join(WORKSPACE_ROOT, 'tools/ci/conformance-matrix.mjs');
// 2 storages × 3 logins × 2 versions, and sparse manifests in 2 storages × 2 versions.
const RUNS = 16;

describeWith(['conformance'], 'the program oci-registry', () => {
  it('passes the whole OCI conformance suite with every combination of options', async () => {
    const { code, output } = await run(process.execPath, [MATRIX], { cwd: WORKSPACE_ROOT });
    const lines = output.trimEnd().split('\n');
    const sum = lines.pop() ?? '';
    expect(lines).toHaveLength(RUNS);
    for (const line of lines) expect(line).toMatch(/ \d+ passed, 0 failed, 0 skipped, 0 disabled$/);
    expect(sum).toMatch(new RegExp(`${RUNS} times: [1-9]\\d{4,} passed, 0 failed, 0 skipped, 0 disabled$`));
    expect(code).toBe(0);
  });
});
