import { giveBackBytes, lendBytes } from './lent-bytes';

describe('bytes that were lent', () => {
  it('are given back to their owner', () => {
    const returned: string[] = [];
    const bytes = lendBytes(Buffer.from('content'), () => returned.push('content'));
    giveBackBytes(bytes);
    expect(returned).toEqual(['content']);
  });

  it('are not given back by a part or a copy of them', () => {
    const onReturn = jest.fn();
    const bytes = lendBytes(Buffer.from('content'), onReturn);
    for (const other of [bytes.subarray(0, 3), Buffer.from(bytes), Buffer.concat([bytes])]) giveBackBytes(other);
    expect(onReturn).not.toHaveBeenCalled();
  });
});
