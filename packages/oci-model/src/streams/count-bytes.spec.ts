import { Readable } from 'node:stream';

import { countBytes } from './count-bytes';

it('passes on every byte and reports the count', async () => {
  const counts: number[] = [];
  const stream = countBytes(Readable.from([Buffer.from('abc'), Buffer.from('de')]), (bytes) => counts.push(bytes));
  const chunks = await stream.toArray();
  expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('abcde');
  expect(counts).toEqual([0, 3, 5]);
});

it('fails if its source fails', async () => {
  const source = new Readable({ read: () => source.destroy(new Error('cut off')) });
  await expect(countBytes(source, () => undefined).toArray()).rejects.toThrow('cut off');
});

it('closes its source when it is destroyed', async () => {
  const source = Readable.from([Buffer.from('abc')]);
  // Not `once`: it would take the source's own error about that for a failure.
  const closed = new Promise((resolve) => source.on('close', resolve));
  countBytes(source, () => undefined).destroy();
  await closed;
  expect(source.destroyed).toBe(true);
});
