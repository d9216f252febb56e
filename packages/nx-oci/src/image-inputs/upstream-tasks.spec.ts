import { upstreamTasks } from './upstream-tasks';
import { type WorkspaceGraph } from './workspace-graph';

/** Names of all tasks, `project:target`. */
function tasksOf(projects: object, dependencies: WorkspaceGraph['dependencies'] = {}): readonly string[] {
  const graph = { projects: projects as WorkspaceGraph['projects'], dependencies, nxJson: {} };
  return upstreamTasks(graph, 'app', 'publish').map(({ project, target }) => `${project}:${target}`);
}

describe('the tasks of a publish', () => {
  it('are followed within the project, each once', () => {
    const targets = { publish: { dependsOn: ['image'] }, image: { dependsOn: ['build', 'publish'] }, build: {}, lint: {} };
    expect(tasksOf({ app: { root: 'app', targets } })).toEqual(['app:publish', 'app:image', 'app:build']);
  });

  it('include those of all dependencies, and what those need', () => {
    const app = { root: 'app', targets: { publish: { dependsOn: ['^build', { target: 'gen', dependencies: true }] } } };
    const lib = { root: 'lib', targets: { build: { dependsOn: ['codegen'] }, codegen: {} } };
    const far = { root: 'far', targets: { build: {}, gen: {} } };
    const other = { root: 'other', targets: { build: {} } };
    expect(tasksOf({ app, lib, far, other }, { app: ['lib'], lib: ['far'], far: ['lib'] })).toEqual([
      'app:publish',
      'lib:build',
      'lib:codegen',
      'far:build',
      'far:gen',
    ]);
  });

  it('may be named one by one, or by a pattern', () => {
    const dependsOn = [
      'web:build',
      'build:prod',
      { target: 'build', projects: ['docs', 'tag:ui'] },
      { target: 'make-*', projects: 'self' },
      'gone',
    ];
    const app = { root: 'app', targets: { publish: { dependsOn }, 'build:prod': {}, 'make-a': {}, 'make-b': {} } };
    const build = { targets: { build: {} } };
    const projects = {
      app,
      web: { root: 'web', ...build },
      docs: { root: 'docs', ...build },
      kit: { root: 'kit', tags: ['ui'], ...build },
    };
    expect(tasksOf(projects)).toEqual([
      'app:publish',
      'web:build',
      'app:build:prod',
      'docs:build',
      'kit:build',
      'app:make-a',
      'app:make-b',
    ]);
  });

  it('are none without such a target', () => {
    expect(tasksOf({ app: { root: 'app' } })).toEqual([]);
  });
});
