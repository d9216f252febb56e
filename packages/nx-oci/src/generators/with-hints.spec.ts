import { OciError } from '@nx-oci/model';

import { withHints } from './with-hints';

describe('withHints', () => {
  it('puts the hint into the message, which is all that Nx prints', async () => {
    const failure = new OciError('OPTIONS_INVALID', 'It is wrong.', { hint: 'Make it right.' });
    await expect(
      withHints(() => {
        throw failure;
      }),
    ).rejects.toMatchObject({ message: 'It is wrong.\nMake it right.', cause: failure });
  });

  it('leaves results and foreign errors as they are', async () => {
    const failure = new Error('ours');
    await expect(withHints(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(withHints(() => 1)).resolves.toBe(1);
  });
});
