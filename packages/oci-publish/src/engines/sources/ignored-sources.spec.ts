import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FileDigests } from './file-digests';
import { snapshotSources } from './snapshot-source';

describe('the compared files of a layer source', () => {
  it('are those of the layer: a credential file that CI leaves there makes no image outdated', async () => {
    const root = await mkdtemp(join(tmpdir(), 'nx-oci-look-'));
    await mkdir(join(root, 'app'));
    await writeFile(join(root, 'app/main.js'), '1');
    await writeFile(join(root, '.gitignore'), 'gha-creds-*.json\n');
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '-A'], { cwd: root });
    const digests = await FileDigests.open(root, 'api');
    const look = (ignored?: 'include') =>
      snapshotSources([{ kind: 'layer', option: 'layers', from: 'app', to: '/', ...(ignored && { ignored }) }], {
        workspaceRoot: root,
        env: {},
        digests,
      });
    const before = await look();
    await writeFile(join(root, 'app/gha-creds-0a1b.json'), '{}');
    expect(await look()).toEqual(before);
    expect(await look('include')).not.toEqual(before);
    await rm(root, { recursive: true });
  });
});
