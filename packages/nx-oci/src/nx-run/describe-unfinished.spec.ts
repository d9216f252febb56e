import { type TaskRecord } from '@nx-oci/publish';

import { describeUnfinished } from './describe-unfinished';

const STAGED: TaskRecord<unknown> = { taskId: 'api:publish', state: 'staged', staged: {} };
const FAILED: TaskRecord<unknown> = { taskId: 'web:publish', state: 'failed', reason: 'no login' };

describe('describeUnfinished', () => {
  it('lists images without tags, and the failed task', () => {
    const text = describeUnfinished([STAGED], { 'api:publish': { status: 'success' }, 'web:image': { status: 'failure' } });
    expect(text).toContain('No tag has moved: web:image failed');
    expect(text).toContain('api:publish');
  });

  it('does not name an image as the cause that only waited, although its task failed', () => {
    const ends = { 'api:publish': { status: 'failure' }, 'web:publish': { status: 'failure' } };
    expect(describeUnfinished([STAGED, FAILED], ends)).toContain('No tag has moved: web:publish failed');
  });

  it('reports stopped runs', () => {
    expect(describeUnfinished([STAGED], { 'web:image': { status: 'stopped' } })).toContain('the run was stopped');
  });

  it('reports a process that was killed while setting tags, and does not claim that none has moved', () => {
    const text = describeUnfinished([{ taskId: 'api:publish', state: 'tagging' }], { 'api:publish': { status: 'failure' } });
    expect(text).toContain('stopped while setting tags of api:publish');
    expect(text).not.toContain('No tag has moved');
  });

  it('does not mention tagged images', () => {
    expect(describeUnfinished([{ taskId: 'api:publish', state: 'tagged' }], { 'web:publish': { status: 'failure' } })).toBeUndefined();
  });

  it('is empty if nothing was staged', () => {
    expect(describeUnfinished([FAILED], { 'web:publish': { status: 'failure' } })).toBeUndefined();
    expect(describeUnfinished([], {})).toBeUndefined();
  });
});
