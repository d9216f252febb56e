import { OciError } from '@nx-oci/model';

import { describeFailure, doctorOf } from './describe-failure';

describe('why a task failed', () => {
  it('names the doctor if a registry or a login is the reason', () => {
    const denied = new OciError('DENIED', 'Cannot push.', { hint: 'Ask for it.' });
    expect(describeFailure(denied, 'api:doctor')).toBe('Cannot push.\n  → Ask for it.\n  → To test each step: nx run api:doctor');
  });

  it('has the doctor try the registries that were named for this run, not the usual ones', () => {
    const origins = { tags: 'built in', registries: 'option' } as const;
    const registries = [{ name: 'corp' }, { name: 'mirror' }];
    expect(doctorOf({ project: 'api', registries, origins }, 'api:doctor')).toBe('api:doctor --registries=corp,mirror');
    expect(doctorOf({ project: 'api', registries, origins: { ...origins, registries: 'registries.yaml' } }, 'api:doctor')).toBe(
      'api:doctor',
    );
    expect(doctorOf({ project: 'api' }, 'api:doctor')).toBe('api:doctor');
    expect(doctorOf({ project: 'api', registries, origins }, undefined)).toBeUndefined();
  });

  it('does not name it if it is not set up, or could not help', () => {
    expect(describeFailure(new OciError('DENIED', 'Cannot push.'), undefined)).toBe('Cannot push.');
    expect(describeFailure(new OciError('TAG_IMMUTABLE', 'Cannot tag.'), 'api:doctor')).toBe('Cannot tag.');
  });
});
