import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readEngineFacts } from './engine-facts';

describe('readEngineFacts', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-facts-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  interface Installed {
    readonly client?: string;
    readonly server?: string;
    readonly hasBuildx?: boolean;
    readonly env?: NodeJS.ProcessEnv;
  }

  /** Asks a `docker` that answers like these versions. */
  const readFacts = async ({ client = '28.2.2', server = '20.10.24+dfsg1', hasBuildx = false, env = {} }: Installed) => {
    const versions = JSON.stringify({ Client: { Version: client }, Server: { Version: server } });
    const script = `#!/bin/sh\ncase "$1" in version) echo '${versions}';; buildx) exit ${hasBuildx ? 0 : 1};; esac\n`;
    await writeFile(join(root, 'docker'), script, { mode: 0o755 });
    return readEngineFacts({ env: { PATH: `${root}:${process.env.PATH ?? ''}`, ...env }, workspaceRoot: root });
  };

  it('determines what executes a Dockerfile', async () => {
    expect(await readFacts({ hasBuildx: true })).toMatchObject({ builder: 'buildx', serverVersion: '20.10.24+dfsg1' });
    expect(await readFacts({})).toMatchObject({ builder: 'legacy' });
    expect(await readFacts({ client: '20.10.24' })).toMatchObject({ builder: 'buildkit' });
    expect(await readFacts({ hasBuildx: true, env: { DOCKER_BUILDKIT: '0' } })).toMatchObject({ builder: 'legacy' });
  });

  it('refuses an engine from before 20.10', async () => {
    await expect(readFacts({ server: '19.03.15' })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: 'Cannot use Docker Engine 19.03.15: it is older than 20.10.',
    });
    await expect(readFacts({ server: '20.9.1' })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(await readFacts({ server: 'dev' })).toMatchObject({ serverVersion: 'dev' });
  });
});
