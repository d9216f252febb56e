import { releaseBuffer, pooledBuffer } from './pooled-buffer';

describe('a pooled buffer', () => {
  it('is released to its owner', () => {
    const returned: string[] = [];
    const bytes = pooledBuffer(Buffer.from('content'), () => returned.push('content'));
    releaseBuffer(bytes);
    expect(returned).toEqual(['content']);
  });

  it('is not released through a slice or a copy', () => {
    const onReturn = jest.fn();
    const bytes = pooledBuffer(Buffer.from('content'), onReturn);
    for (const other of [bytes.subarray(0, 3), Buffer.from(bytes), Buffer.concat([bytes])]) releaseBuffer(other);
    expect(onReturn).not.toHaveBeenCalled();
  });
});
