import { join } from 'node:path';

import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { type DockerfileEngine } from '../options/engine-names';
import { describeIgnoredCopies } from './ignored-copies';

describe('an ignored file that a Dockerfile copies', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
    const files = ['api/main.js', 'api/.env', 'api/dist/main.js', 'node_modules/x/index.js', '.npmrc', 'package.json'];
    for (const file of files) workspace.write(file, 'x');
    workspace.write('.gitignore', 'node_modules\n.env\n.npmrc\ndist\n');
    workspace.commit('all');
  });
  afterEach(() => workspace.remove());

  interface Sweeping {
    readonly context?: string;
    readonly outputs?: readonly string[];
    readonly engine?: DockerfileEngine;
  }

  const sweptBy = (text: string, { context = '.', outputs = [], engine = 'docker' }: Sweeping = {}) => {
    workspace.write('api/Dockerfile', text);
    const { root } = workspace;
    return describeIgnoredCopies(
      { dockerfile: join(root, 'api/Dockerfile'), context: join(root, context), buildArgs: {} },
      { engine, workspaceRoot: root, outputs: outputs.map((path) => ({ task: 'api:build', path })) },
    );
  };
  const inRoot = (names: string) => [
    `The Dockerfile copies files that git ignores in the workspace root: ${names}. To leave them out, add them to .dockerignore.`,
  ];

  it.each([
    ['FROM a\nCOPY . /app', '.git, .npmrc, api/.env, api/dist, node_modules'],
    ['FROM a\nCOPY --exclude=.git --exclude=node_modules . /app', '.npmrc, api/.env, api/dist'],
    ['FROM a\nCOPY api /app', 'api/.env, api/dist'],
    ['FROM a\nCOPY .npm* package.json /app/', '.npmrc'],
    ['FROM a AS build\nCOPY . /app\nFROM a\nCOPY --from=build /app/dist /', '.git, .npmrc, api/.env, api/dist, node_modules'],
  ])('is reported: %j', async (text, names) => {
    expect(await sweptBy(text)).toEqual(inRoot(names));
  });

  it.each([
    ['what it names is meant', 'FROM a\nCOPY .npmrc node_modules api/dist /app/'],
    ['it copies other files', 'FROM a\nCOPY package.json api/main.js /app/'],
    ['what a variable stands for is not known', 'FROM a\nARG WHAT\nCOPY $WHAT /app/'],
    ['it copies nothing', 'FROM a'],
  ])('is not reported if %s', async (_what, text) => {
    expect(await sweptBy(text)).toEqual([]);
  });

  it('is not reported if a task writes it', async () => {
    expect(await sweptBy('FROM a\nCOPY api /app', { outputs: ['api/dist'] })).toEqual(inRoot('api/.env'));
    expect(await sweptBy('FROM a\nCOPY dist /app', { context: 'api' })).toEqual([]);
  });

  it('is not reported if an ignore file excludes it', async () => {
    workspace.write('.dockerignore', '.git\nnode_modules\n**/.env\n');
    expect(await sweptBy('FROM a\nCOPY . /app')).toEqual(inRoot('.npmrc, api/dist'));
    workspace.write('api/Dockerfile.dockerignore', '*\n!api/main.js\n');
    expect(await sweptBy('FROM a\nCOPY . /app')).toEqual([]);
  });

  it('is only excluded by an ignore file that the builder reads', async () => {
    workspace.write('.containerignore', '*\n');
    expect(await sweptBy('FROM a\nCOPY . /app', { engine: 'podman' })).toEqual([]);
    expect(await sweptBy('FROM a\nCOPY . /app')).toEqual(inRoot('.git, .npmrc, api/.env, api/dist, node_modules'));
  });

  it('is reported in the folder of the context, and only counted among many', async () => {
    for (let index = 0; index < 9; index++) workspace.write(`api/${index}/.env`, 'x');
    for (let index = 0; index < 9; index++) workspace.write(`api/${index}/main.js`, 'x');
    workspace.commit('more');
    expect(await sweptBy('FROM a\nCOPY . /app', { context: 'api' })).toEqual([
      'The Dockerfile copies files that git ignores in api: .env, 0/.env, 1/.env, 2/.env, 3/.env and 6 more. To leave them out, add them to api/.dockerignore.',
    ]);
  });
});
