import { type ProjectConfiguration } from '@nx/devkit';

import { targetsFor } from '../../inference/targets-for';
import { tasksBeforeNotes } from './tasks-before-notes';

const names = { imageTargetName: 'image', publishTargetName: 'publish' };
const layers = [{ from: 'out/api', to: '/app' }];

const notesOf = (own: ProjectConfiguration['targets'], resolved: Readonly<Record<string, ProjectConfiguration>> | undefined = {}) => {
  const project = { root: 'apps/api', targets: own };
  const targets = targetsFor({ engine: 'native', base: 'scratch', layers, cmd: [] }, names, { projectRoot: project.root });
  return tasksBeforeNotes({ ...names, name: 'api', project, targets }, { resolved, nxJson: {}, readText: () => undefined });
};

describe('the messages about tasks before an image', () => {
  it('are absent if the image depends on the task that writes its files', () => {
    expect(notesOf({ build: { outputs: ['{workspaceRoot}/out/api'] } })).toEqual([]);
    expect(notesOf({ build: {} })).toEqual([]);
  });

  it('name a target with another name that writes its files, even of another project', () => {
    const compile = { compile: { outputs: ['{workspaceRoot}/out/api'] } };
    expect(notesOf(compile)).toEqual([expect.stringContaining('an output of api:compile, without depending on it')]);
    expect(notesOf({ build: {} }, { web: { root: 'apps/web', targets: compile } })).toEqual([
      expect.stringContaining('→ Add { "projects": ["web"], "target": "compile" } to its `dependsOn`.'),
    ]);
  });

  it('report that it depends on no task, if all targets are known', () => {
    const note =
      'api has no target build, so no task runs before its image. → If a task writes files that the image packs, add it to the `dependsOn` of api:image.';
    expect(notesOf({ compile: {} })).toEqual([note]);
    const project = { root: 'apps/api', targets: { compile: {} } };
    const targets = targetsFor({ engine: 'native', base: 'scratch', layers, cmd: [] }, names, { projectRoot: 'apps/api' });
    const known = { resolved: undefined, nxJson: {}, readText: () => undefined };
    expect(tasksBeforeNotes({ ...names, name: 'api', project, targets }, known)).toEqual([]);
  });
});
