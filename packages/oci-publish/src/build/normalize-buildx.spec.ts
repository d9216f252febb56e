import { isOciError } from '@nx-oci/model';

import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { normalizeOptions } from './normalize-options';

let workspace: TestWorkspace;
beforeAll(() => {
  workspace = makeWorkspace();
  workspace.write('apps/api/Dockerfile', 'FROM scratch\n');
});
afterAll(() => workspace.remove());

function normalize(written: object) {
  const { root: workspaceRoot } = workspace;
  return normalizeOptions(written, { project: 'api', projectRoot: `${workspaceRoot}/apps/api`, workspaceRoot }, { env: {} });
}

async function refusalOf(written: object): Promise<string> {
  const error: unknown = await normalize(written).catch((thrown: unknown) => thrown);
  if (!isOciError(error, 'OPTIONS_INVALID')) throw new Error('it was not refused', { cause: error });
  return error.message;
}

async function buildxOptions(written: object) {
  const normalized = await normalize(written);
  if (normalized.engine !== 'buildx') throw new Error(`the engine is ${normalized.engine}`);
  return normalized.options;
}

describe('the options of buildx', () => {
  it('choose it, if only it has them', async () => {
    expect(await buildxOptions({ builder: 'far' })).toMatchObject({ builder: 'far' });
  });

  it('give an index for several platforms, in their order, and none for a single one', async () => {
    const engine = 'buildx';
    const both = ['linux/arm64', 'linux/amd64'];
    expect(await buildxOptions({ engine, platforms: both })).toMatchObject({ platforms: both });
    const [alone, listed] = [
      await buildxOptions({ engine, platform: 'linux/arm64' }),
      await buildxOptions({ engine, platforms: 'linux/aarch64' }),
    ];
    expect(listed).toEqual(alone);
    expect(listed).not.toHaveProperty('platforms');
  });

  it.each(['native', 'docker', 'podman', 'buildah'])('are refused by the engine %s, which is named', async (engine) => {
    expect(await refusalOf({ engine, builder: 'far' })).toContain(
      `\`builder\` belongs to the engine buildx, but the engine of this image is ${engine} → remove it, or set \`engine\` to buildx`,
    );
  });

  it('name a builder that can exist', async () => {
    expect(await refusalOf({ builder: '--driver=x' })).toContain('`builder` is "--driver=x"');
  });
});
