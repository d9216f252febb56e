import { type ExecutorContext } from '@nx/devkit';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';

import { publishCheck, type CheckedPublishes } from './check-publishes';

describe('a mistake in a publish', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write(
      'registries.yaml',
      'registries:\n  one: { host: "localhost:1" }\n  two: { host: "localhost:2" }\npublish: { registries: [one] }\n',
    );
  });
  afterEach(() => workspace.remove());

  interface Asked {
    readonly options?: object;
    readonly overrides?: object;
    readonly dependencies?: readonly unknown[];
    readonly env?: NodeJS.ProcessEnv;
  }

  /** Runs the check that a build runs first. */
  function check({ options = {}, overrides = {}, dependencies = ['api:image'], env = {} }: Asked): Promise<CheckedPublishes> {
    const targets = { image: { executor: 'nx-oci:build' }, publish: { executor: 'nx-oci:publish', options } };
    const task = (target: string) => ({ id: `api:${target}`, target: { project: 'api', target }, overrides, outputs: [] });
    const context = {
      root: workspace.root,
      projectsConfigurations: { version: 2, projects: { api: { root: 'api', targets } } },
      taskGraph: { tasks: { 'api:image': task('image'), 'api:publish': task('publish') }, dependencies: { 'api:publish': dependencies } },
    } as unknown as ExecutorContext;
    return publishCheck(context, env)('api:image');
  }

  it.each<[string, Asked, string]>([
    ['an option', { options: { tgas: ['sha'] } }, 'tgas'],
    ['a registry', { options: { registries: ['tow'] } }, 'two'],
    ['a tag rule', { options: { tags: ['lates'] } }, 'lates'],
    ['a version', { overrides: { release: 'one' } }, 'is not a version'],
    ['the name of the image', { options: { image: 'a//b' } }, 'a//b'],
    ['one of several on the command line', { overrides: { registries: 'one,tow' } }, 'two'],
  ])('is reported before its image is built: %s', async (_what, asked, reported) => {
    const failure = await check(asked).then(
      () => undefined,
      (error: unknown) => error as Error & { readonly hint?: string },
    );
    expect(`${failure?.message} ${failure?.hint}`).toContain(reported);
    // Nx 24 names dependencies by objects.
    await expect(check({ ...asked, dependencies: [{ id: 'api:image' }] })).rejects.toThrow();
  });

  it('is also reported for registries.yaml', async () => {
    workspace.write('registries.yaml', 'registries: [');
    await expect(check({})).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
  });

  it('is not reported for a valid publish, even on the command line', async () => {
    const overrides = { registries: 'one,two', tags: 'sha,latest', dryRun: 'true', __overrides_unparsed__: ['--registries=one,two'] };
    await expect(check({ options: { tags: ['major'] }, overrides })).resolves.toEqual({ isTrial: true });
    await expect(check({ env: { NX_DRY_RUN: 'true' } })).resolves.toEqual({ isTrial: true });
    await expect(check({})).resolves.toEqual({ isTrial: false });
  });

  it('does not affect a build without a publish in this run, nor a fork, which has no secrets', async () => {
    workspace.write('registries.yaml', 'registries: [');
    await expect(check({ dependencies: ['web:image'] })).resolves.toEqual({ isTrial: false });
    workspace.write(
      'event.json',
      JSON.stringify({
        repository: { full_name: 'a/x', default_branch: 'main' },
        pull_request: { number: 7, head: { ref: 'x', repo: { full_name: 'b/x' } }, base: { ref: 'main' } },
      }),
    );
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REPOSITORY: 'a/x',
      GITHUB_EVENT_PATH: `${workspace.root}/event.json`,
    };
    await expect(check({ env })).resolves.toEqual({ isTrial: true });
  });
});
