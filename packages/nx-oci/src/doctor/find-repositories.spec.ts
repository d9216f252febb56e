import { loadRegistries } from '@nx-oci/publish';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';

import { findRepositories, type FoundRepositories } from './find-repositories';

const publish = (options: object = {}) => ({ publish: { executor: 'nx-oci:publish', options } });
const PROJECTS = {
  api: { root: 'apps/api', targets: publish({ registries: ['dev', 'corp'] }) },
  web: { root: 'apps/web', targets: publish({ image: 'site' }) },
  same: { root: 'apps/same', targets: publish({ image: 'site' }) },
  tools: { root: 'tools', targets: { doctor: { executor: 'nx-oci:doctor' } } },
};

describe('the repositories that the doctor checks', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries:
  dev: { host: registry.dev, namespace: Team }
  corp: { host: registry.corp }
  spare: { host: registry.spare }
publish:
  registries: [dev]
`,
    );
  });
  afterEach(() => workspace.remove());

  async function find(project: string, { only, projects = PROJECTS }: { only?: readonly string[]; projects?: object } = {}) {
    const registries = await loadRegistries(workspace.root, {});
    return findRepositories({ projects: projects as typeof PROJECTS, project, registries, env: {}, ...(only && { only }) });
  }
  const namesOf = ({ registries }: FoundRepositories) =>
    registries.map(({ repositories }) => repositories.map((one) => `${one.registry}/${one.repository}`));

  it('are those of the project that it runs for', async () => {
    expect(namesOf(await find('api'))).toEqual([['registry.dev/team/api'], ['registry.corp/api']]);
  });

  it('are those of all projects, each once, if its project publishes nothing', async () => {
    const found = await find('tools');
    expect(namesOf(found)).toEqual([['registry.dev/team/api', 'registry.dev/team/site'], ['registry.corp/api']]);
    expect(found.projects).toEqual(['api', 'web', 'same']);
  });

  it('are in the named registries, even in those without images', async () => {
    expect(namesOf(await find('tools', { only: ['corp', 'spare'] }))).toEqual([['registry.corp/api'], ['registry.spare/nx-oci-doctor']]);
  });

  it('are in all registries if no project publishes', async () => {
    const places = namesOf(await find('tools', { projects: { tools: PROJECTS.tools } }));
    expect(places).toEqual([['registry.dev/team/nx-oci-doctor'], ['registry.corp/nx-oci-doctor'], ['registry.spare/nx-oci-doctor']]);
  });

  it('are those of the default configuration', async () => {
    const target = {
      executor: 'nx-oci:publish',
      options: { image: 'dev', registries: ['dev'] },
      configurations: { production: { image: 'prod' } },
      defaultConfiguration: 'production',
    };
    const projects = { api: { root: 'apps/api', targets: { publish: target } } };
    expect(namesOf(await find('api', { projects }))).toEqual([['registry.dev/team/prod']]);
  });

  it('omit an invalid target, and report its problems', async () => {
    const projects = { ...PROJECTS, web: { root: 'apps/web', targets: publish({ registires: 'dev' }) } };
    const found = await find('tools', { projects });
    expect(found.problems.join('\n')).toMatch(/Cannot publish web: unknown option `registires`: did you mean `registries`\?/);
    expect(namesOf(found)).toEqual([['registry.dev/team/api', 'registry.dev/team/site'], ['registry.corp/api']]);
  });

  it('cause an error without registries', async () => {
    workspace.write('registries.yaml', '');
    await expect(find('api')).rejects.toMatchObject({ code: 'OPTIONS_INVALID', hint: 'Add one with `nx g nx-oci:registry`.' });
  });

  it('must be in registries that exist', async () => {
    await expect(find('api', { only: ['crop'] })).rejects.toThrow('did you mean `corp`?');
  });
});
