import { addProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { findProject } from './find-project';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  for (const name of ['@shop/api', '@shop/api-e2e', '@shop/web', '@admin/web', 'docs']) {
    addProjectConfiguration(tree, name, { root: `apps/${name.replace(/\W/g, '')}`, targets: {} });
  }
});

describe('a project name', () => {
  it.each([
    ['@shop/api', '@shop/api'],
    ['api', '@shop/api'],
    ['API', '@shop/api'],
    ['api-e2e', '@shop/api-e2e'],
    ['docs', 'docs'],
  ])('such as %s means %s, as in nx run', (written, name) => expect(findProject(tree, written).name).toBe(name));

  it('is refused if it is ambiguous, with the candidates', () => {
    expect(() => findProject(tree, 'web')).toThrow('several projects match this name → write one of ');
  });

  it('is refused if no project has it', () => {
    expect(() => findProject(tree, 'dcs')).toThrow('no project has this name');
    expect(() => findProject(tree, '.*')).toThrow('no project has this name');
  });

  it('may be that of a project that a plugin found, with the inferred targets', () => {
    const api = { root: 'apps/shopapi', targets: { build: { outputs: ['{projectRoot}/dist'] } } };
    expect(findProject(tree, 'api', { '@shop/api': api, '@go/worker': { root: 'go/worker' } }).project).toBe(api);
    expect(findProject(tree, 'worker', { '@go/worker': { root: 'go/worker' } }).name).toBe('@go/worker');
  });
});
