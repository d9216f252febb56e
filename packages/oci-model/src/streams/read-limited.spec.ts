import { Readable } from 'node:stream';

import { readLimited } from './read-limited';
import { toFailWithCode } from '../testing';

expect.extend({ toFailWithCode });

describe('readLimited', () => {
  const body = (): Readable => Readable.from([Buffer.from('12345'), Buffer.from('67890')]);

  it('returns a body of exactly the limit', async () => {
    await expect(readLimited(body(), 10, 'the token')).resolves.toEqual(Buffer.from('1234567890'));
    await expect(readLimited(Readable.from([]), 0, 'nothing')).resolves.toEqual(Buffer.alloc(0));
  });

  it('names a longer body in its error, and destroys the stream', async () => {
    const stream = body();
    await expect(readLimited(stream, 9, 'the token')).toFailWithCode('BODY_TOO_LARGE', /Cannot read the token: it has more than 9 bytes/);
    expect(stream.destroyed).toBe(true);
  });

  it('stops reading an endless body', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1000));
      },
    });
    await expect(readLimited(endless, 100_000, 'the answer')).toFailWithCode('BODY_TOO_LARGE');
  });

  it('fails with the error of the stream', async () => {
    const failing = new Readable({ read: () => failing.destroy(new Error('connection reset')) });
    await expect(readLimited(failing, 10, 'the token')).rejects.toThrow('connection reset');
  });
});
