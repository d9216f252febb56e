import { type Task, type TaskGraph } from '@nx/devkit';

import { findPart } from './find-part';

/** `{ 'api:publish': ['api:image'] }`: each task and its dependencies. */
function graphOf(dependencies: Readonly<Record<string, readonly string[]>>, continuous: readonly string[] = []): TaskGraph {
  const ids = Object.keys(dependencies);
  const tasks = Object.fromEntries(
    ids.map((id): [string, Task] => {
      const [project = '', target = ''] = id.split(':');
      return [
        id,
        {
          id,
          target: { project, target },
          overrides: {},
          outputs: [],
          parallelism: true,
          cache: false,
          continuous: continuous.includes(id),
        },
      ];
    }),
  );
  return { roots: [], tasks, dependencies, continuousDependencies: {} } as unknown as TaskGraph;
}

const TWO = graphOf({ 'api:image': [], 'web:image': [], 'api:publish': ['api:image'], 'web:publish': ['web:image'] });

it('is the last of its run if all other tasks are its dependencies', () => {
  const chain = graphOf({ 'lib:build': [], 'api:image': ['lib:build'], 'api:publish': ['api:image'] });
  expect(findPart(chain, ['api:publish'])).toEqual({ isLast: true, isAskedFor: true, hasEndless: false });
  expect(findPart(chain, ['api:image'])).toMatchObject({ isLast: false, isAskedFor: false });
  expect(findPart(TWO, ['api:publish', 'web:publish'])).toMatchObject({ isLast: true, isAskedFor: true });
});

it('is not the last while others may run', () => {
  expect(findPart(TWO, ['api:publish'])).toMatchObject({ isLast: false, isAskedFor: true });
});

it('is never the last beside a continuous task', () => {
  const served = graphOf({ 'registry:serve': [], 'api:publish': [] }, ['registry:serve']);
  expect(findPart(served, ['api:publish'])).toMatchObject({ isLast: false, hasEndless: true });
});

it('treats targets with the names of servers as servers, like Nx', () => {
  expect(findPart(graphOf({ 'api:css-watch': [], 'api:publish': [] }), ['api:publish'])).toMatchObject({ hasEndless: true });
});
