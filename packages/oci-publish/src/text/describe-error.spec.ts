import { OciError } from '@nx-oci/model';

import { describeError } from './describe-error';

// Clears the screen, renames the window, colours, and reverses the text.
const CONTROL_CHARACTERS = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r';

describe('describeError', () => {
  it('shows message and hint of a user’s mistake', () => {
    expect(describeError(new OciError('DENIED', 'Cannot push.', { hint: 'Ask.' }))).toBe('Cannot push.\n  → Ask.');
    expect(describeError(new OciError('DENIED', 'Cannot push:\n  two lines.'))).toBe('Cannot push:\n  two lines.');
  });

  it('shows the stack of anything else, which is our bug', () => {
    expect(describeError(new TypeError('oops'))).toMatch(/Unexpected error in nx-oci\. Please report it:\nTypeError: oops\n\s+at /);
    expect(describeError('oops')).toMatch(/Unexpected error in nx-oci: oops$/);
  });

  it.each([
    new OciError('DENIED', `said ${CONTROL_CHARACTERS}`, { hint: `try ${CONTROL_CHARACTERS}` }),
    new Error(`said ${CONTROL_CHARACTERS}`),
    `said ${CONTROL_CHARACTERS}`,
  ])('escapes control characters', (error) => {
    expect(describeError(error).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
