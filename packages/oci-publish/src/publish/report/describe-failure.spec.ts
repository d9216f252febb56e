import { OciError } from '@nx-oci/model';

import { describeFailure } from './describe-failure';

describe('why a task failed', () => {
  it('names the doctor where a registry or a login is the reason', () => {
    const denied = new OciError('DENIED', 'Cannot push.', { hint: 'Ask for it.' });
    expect(describeFailure(denied, 'api:doctor')).toBe('Cannot push.\n  → Ask for it.\n  → To test each step: nx run api:doctor');
  });

  it('does not where there is none, or where it could not help', () => {
    expect(describeFailure(new OciError('DENIED', 'Cannot push.'), undefined)).toBe('Cannot push.');
    expect(describeFailure(new OciError('TAG_IMMUTABLE', 'Cannot tag.'), 'api:doctor')).toBe('Cannot tag.');
  });
});
