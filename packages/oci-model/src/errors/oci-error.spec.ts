import { isOciError, OciError } from './oci-error';

describe('OciError', () => {
  const failure = new OciError('NOT_FOUND', 'Cannot read it.', { hint: 'Look elsewhere.', cause: new Error('404') });

  it('has a code for programs, a message and a hint for people, and a cause', () => {
    expect(failure).toMatchObject({ name: 'OciError', code: 'NOT_FOUND', message: 'Cannot read it.', hint: 'Look elsewhere.' });
    expect(failure.cause).toEqual(new Error('404'));
  });

  it('is recognised by its code', () => {
    expect(isOciError(failure)).toBe(true);
    expect(isOciError(failure, 'DENIED', 'NOT_FOUND')).toBe(true);
    expect(isOciError(failure, 'DENIED')).toBe(false);
  });

  it('is recognised from another copy of this package', () => {
    const foreign = Object.assign(new Error('Cannot read it.'), { [Symbol.for('nx-oci.OciError')]: true, code: 'NOT_FOUND' });
    expect(isOciError(foreign, 'NOT_FOUND')).toBe(true);
  });

  it.each([new Error('x'), Object.assign(new Error('x'), { code: 'NOT_FOUND' }), { code: 'NOT_FOUND' }, undefined, null, 'NOT_FOUND'])(
    'is not %s',
    (value) => expect(isOciError(value)).toBe(false),
  );
});
