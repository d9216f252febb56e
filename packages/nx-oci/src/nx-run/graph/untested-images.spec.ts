import { type ProjectsConfigurations, type TaskGraph } from '@nx/devkit';

import { untestedImages } from './untested-images';

const targets = {
  image: { executor: 'nx-oci:build' },
  check: { executor: 'nx-oci:test' },
  publish: { executor: 'nx-oci:publish' },
};

const warn = (
  dependencies: Readonly<Record<string, readonly string[]>>,
  {
    dependsOn = ['image'],
    isDryRun = false,
    isStage = false,
  }: { readonly dependsOn?: string[]; readonly isDryRun?: boolean; readonly isStage?: boolean } = {},
) => {
  const ids = ['api:image', 'api:check', 'api:publish'];
  const tasks = ids.map((id) => [id, { id, target: { project: 'api', target: id.split(':')[1] } }]);
  const graph = { tasks: Object.fromEntries(tasks), dependencies } as unknown as TaskGraph;
  const projects = {
    version: 2,
    projects: { api: { root: 'api', targets: { ...targets, publish: { ...targets.publish, dependsOn } } } },
  } as ProjectsConfigurations;
  return untestedImages([{ taskId: 'api:publish', project: 'api', isDryRun, isStage }], projects, graph);
};

it('warns of a publish that does not depend on the test of its image, with the fix', () => {
  expect(warn({ 'api:publish': ['api:image'] })).toEqual([
    'api is published without its test, api:check → add "check" to `dependsOn` of publish, or run nx g nx-oci:image api --test.',
  ]);
});

it('does not warn if the test runs first, even indirectly', () => {
  expect(warn({ 'api:publish': ['api:check'], 'api:check': ['api:image'] })).toEqual([]);
  expect(warn({ 'api:publish': ['api:image'], 'api:image': ['api:check'] })).toEqual([]);
});

it('reports that the run leaves the test out if `dependsOn` names it, instead of asking for that', () => {
  expect(warn({}, { dependsOn: ['image', 'check'] })).toEqual([
    'api is published without its test, api:check, which this run leaves out → run it without --excludeTaskDependencies, or run nx run api:check first.',
  ]);
});

it('does not warn of a plan that leaves out what its image depends on', () => {
  expect(warn({}, { dependsOn: ['image', 'check'], isDryRun: true })).toEqual([]);
});

it('does not warn of a part that is sent for a later publish', () => {
  expect(warn({}, { dependsOn: ['image', 'check'], isStage: true })).toEqual([]);
});
