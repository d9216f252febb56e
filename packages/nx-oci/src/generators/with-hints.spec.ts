import { OciError } from '@nx-oci/model';

import { withHints } from './with-hints';

describe('withHints', () => {
  it('adds the hint to the message, since Nx prints nothing else', async () => {
    const failure = new OciError('OPTIONS_INVALID', 'It is wrong.', { hint: 'Make it right.' });
    await expect(
      withHints(() => {
        throw failure;
      }),
    ).rejects.toMatchObject({ message: 'It is wrong.\nMake it right.', cause: failure });
  });

  it('does not change results or other errors', async () => {
    const failure = new Error('ours');
    await expect(withHints(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(withHints(() => 1)).resolves.toBe(1);
  });
});
