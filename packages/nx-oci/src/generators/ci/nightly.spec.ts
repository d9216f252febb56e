import { addProjectConfiguration, logger, readProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parse } from 'yaml';

import { ciGenerator } from './generator';
import { type CiOptions } from './pipeline/normalize-options';

const REGISTRIES = `registries:
  ghcr: { host: ghcr.io, auth: { username: "\${GITHUB_ACTOR}", password: "\${GITHUB_TOKEN}" } }
  corp: { host: corp.lan, auth: { token: "\${CORP_TOKEN}" } }
`;

describe('the job that renews images every night', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
    tree.write('registries.yaml', REGISTRIES);
    tree.write('package-lock.json', '{}');
    addProjectConfiguration(tree, 'api', { root: 'apps/api', targets: { publish: { executor: 'nx-oci:publish' } } });
  });

  const generate = async (options: CiOptions): Promise<string> => {
    const done = await ciGenerator(tree, { nightly: true, ...options });
    const info = jest.spyOn(logger, 'info').mockImplementation();
    await done();
    const said = info.mock.calls.join('\n');
    info.mockRestore();
    return said;
  };
  const read = (file: string): unknown => parse(tree.read(file, 'utf8') ?? '');

  it('rebases, plans what is left and publishes it, in a workflow of its own for GitHub', async () => {
    expect(await generate({ provider: 'github' })).toContain('images:plan and images:rebase: added.');
    const { on, jobs } = read('.github/workflows/renew-images.yml') as {
      on: object;
      jobs: { renew: { env: object; steps: { run?: string; if?: string }[] } };
    };
    expect(on).toEqual({ schedule: [{ cron: '17 3 * * *' }], workflow_dispatch: null });
    const { steps, env } = jobs.renew;
    expect(env).toEqual({ GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}', CORP_TOKEN: '${{ secrets.CORP_TOKEN }}' });
    expect(steps.slice(-3).map(({ run }) => run)).toEqual([
      'npx nx run images:rebase',
      'npx nx run images:plan --onlyMovedBases',
      'npx nx run-many -t publish --projects="$PROJECTS" --skip-nx-cache',
    ]);
    expect(readProjectConfiguration(tree, 'images')).toMatchObject({
      root: 'tools/images',
      targets: { plan: { executor: 'nx-oci:plan' }, rebase: { executor: 'nx-oci:rebase' } },
    });
    expect(tree.exists('.github/workflows/publish.yml')).toBe(false);
  });

  it('is in a file that .gitlab-ci.yml includes, for schedules, and goes on after a failure', async () => {
    const said = await generate({ provider: 'gitlab' });
    expect(said).toContain('`include: [{ local: ci/renew-images.yml }]`');
    expect(said).toContain('Pipeline schedules');
    const job = (read('ci/renew-images.yml') as Record<string, { rules: object; script: string[] }>)['renew-images'];
    expect(job?.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
    expect(job?.script.slice(-6)).toEqual([
      'failed=0',
      'npx nx run images:rebase || failed=1',
      'npx nx run images:plan --onlyMovedBases || failed=1',
      '. ./dist/images/plan.env',
      expect.stringContaining('npx nx run-many -t publish --projects="$NX_OCI_PROJECTS" --skip-nx-cache || failed=1'),
      'exit $failed',
    ]);
  });

  it('uses the targets that the workspace has, and adds what is missing beside them', async () => {
    addProjectConfiguration(tree, 'ops', { root: 'ops', targets: { 'list-images': { executor: 'nx-oci:plan' } } });
    expect(await generate({ provider: 'github' })).toContain('ops:rebase: added.');
    expect(tree.read('.github/workflows/renew-images.yml', 'utf8')).toContain('nx run ops:list-images --onlyMovedBases');
    expect(Object.keys(readProjectConfiguration(tree, 'ops').targets ?? {})).toEqual(['list-images', 'rebase']);
    expect(tree.exists('tools/images/project.json')).toBe(false);
  });

  it('is written once', async () => {
    await generate({ provider: 'github' });
    const before = tree.read('.github/workflows/renew-images.yml', 'utf8');
    expect(await generate({ provider: 'github' })).toContain('It has all that would be written today.');
    expect(tree.read('.github/workflows/renew-images.yml', 'utf8')).toBe(before);
  });
});
