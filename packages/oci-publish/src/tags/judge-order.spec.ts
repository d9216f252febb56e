import { judgeOrder, type OrderClues } from './judge-order';

const judge = (clues: Partial<OrderClues>) =>
  judgeOrder({ ours: {}, theirs: { revision: 'bbbbbbbbbbbb' }, commits: 'unknown', scope: 'latest', ...clues });

describe('judgeOrder', () => {
  it('moves to a higher release and stays on one that is higher', () => {
    expect(judge({ ours: { version: '1.10.0' }, theirs: { version: '1.9.0' } })).toEqual({ move: true });
    expect(judge({ ours: { version: '1.9.1' }, theirs: { version: '2.0.1' } })).toEqual({ move: false, reason: '2.0.1 is newer' });
  });

  it('lets ancestry decide between commits', () => {
    expect(judge({ commits: 'descendant' })).toEqual({ move: true });
    expect(judge({ commits: 'ancestor' })).toEqual({ move: false, reason: 'bbbbbbb is newer' });
  });

  it('lets commit times decide where git cannot tell', () => {
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    expect(judge({ ours: { created: late }, theirs: { revision: 'b'.repeat(40), created: early } })).toEqual({ move: true });
    expect(judge({ ours: { created: early }, theirs: { revision: 'b'.repeat(40), created: late } })).toMatchObject({ move: false });
  });

  it('moves from an image that says nothing, with a warning', () => {
    expect(judge({ theirs: {} })).toEqual({ move: true, warning: expect.stringContaining('does not say') });
  });
});
