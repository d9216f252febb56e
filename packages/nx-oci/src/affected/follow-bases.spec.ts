import { followBases } from './follow-bases';
import { type ImageStatus, type Reason } from './plan-schema';

const MOVED: Reason = { kind: 'base', reference: 'node:22', from: 'sha256:1', to: 'sha256:2' };
const status = (project: string, outcome: ImageStatus['outcome'] = 'upToDate', reasons: Reason[] = []): ImageStatus => ({
  project,
  target: 'publish',
  outcome,
  reasons,
  published: [],
});
const on = (project: string, base: string) => ({ project, target: 'image', base, reference: base, where: '' });

it('plans what is built on an image whose base moved, over any number of steps', () => {
  const statuses = [
    status('os', 'publish', [MOVED]),
    status('web'),
    status('app', 'publish', [{ kind: 'dependency', projects: ['lib'] }]),
    status('other'),
  ];
  const planned = followBases(statuses, [on('web', 'os'), on('app', 'web'), on('app', 'os')]);
  expect(planned.map(({ project, outcome, reasons }) => [project, outcome, reasons])).toEqual([
    ['os', 'publish', [MOVED]],
    ['web', 'publish', [{ kind: 'dependency', projects: ['os'] }]],
    ['app', 'publish', [{ kind: 'dependency', projects: ['lib', 'os'] }]],
    ['other', 'upToDate', []],
  ]);
});

it('leaves skipped and failed images as they are, and ends in a cycle', () => {
  const statuses = [status('a', 'publish', [MOVED]), status('b', 'skipped'), status('c', 'failed')];
  expect(followBases(statuses, [on('b', 'a'), on('c', 'b'), on('a', 'c')]).slice(1)).toEqual(statuses.slice(1));
});
