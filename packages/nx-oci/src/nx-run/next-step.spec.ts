import { type TaskGraph } from '@nx/devkit';

import { PUBLISH_EXECUTOR } from '../nx/executor-names';
import { nextStep } from './next-step';

const projects = { api: { root: 'apps/api', targets: { image: {}, deploy: { executor: PUBLISH_EXECUTOR } } }, docs: { root: 'docs' } };
const graphOf = (dependencies: Readonly<Record<string, readonly string[]>>): TaskGraph => ({
  roots: [],
  continuousDependencies: {},
  dependencies: Object.fromEntries(
    Object.entries(dependencies).map(([id, before]) => [id, before.map((one) => ({ id: one, isDataDependency: false }))]),
  ),
  tasks: Object.fromEntries(
    Object.keys(dependencies).map((id) => {
      const [project = '', target = ''] = id.split(':');
      return [id, { id, target: { project, target }, overrides: {}, outputs: [], cache: true, parallelism: true }];
    }),
  ),
});
const after = (ids: readonly string[], dependencies: Readonly<Record<string, readonly string[]>>, env: NodeJS.ProcessEnv = {}) =>
  nextStep({ ids, taskGraph: graphOf(dependencies), projects, env });

describe('the next step after an image', () => {
  it('is a dry run of its publish, in the words of the package manager', () => {
    expect(after(['api:image'], { 'api:image': [] })).toBe('  → nx run api:deploy --dryRun');
    expect(after(['api:image'], { 'api:image': [] }, { npm_config_user_agent: 'pnpm/10.1.0 npm/? node/v24.0.0 linux x64' })).toBe(
      '  → pnpm exec nx run api:deploy --dryRun',
    );
  });

  it('is not named if the run does it, for several images, without a publish target, and in CI', () => {
    expect(after(['api:image'], { 'api:image': [], 'api:deploy': ['api:image'] })).toBeUndefined();
    expect(after(['api:image', 'web:image'], { 'api:image': [], 'web:image': [] })).toBeUndefined();
    expect(after(['docs:image'], { 'docs:image': [] })).toBeUndefined();
    expect(after(['api:image'], { 'api:image': [] }, { CI: 'true' })).toBeUndefined();
  });
});
