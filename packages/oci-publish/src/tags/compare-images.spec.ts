import { compareImages, type OrderClues } from './compare-images';

const compare = (clues: Partial<OrderClues>) =>
  compareImages({ ours: {}, theirs: { revision: 'bbbbbbbbbbbb' }, commits: 'unknown', scope: 'latest', ...clues });

describe('compareImages', () => {
  it('moves to a higher release, and never to a lower one', () => {
    expect(compare({ ours: { version: '1.10.0' }, theirs: { version: '1.9.0' } })).toEqual({ move: true });
    expect(compare({ ours: { version: '1.9.1' }, theirs: { version: '2.0.1' } })).toEqual({ move: false, reason: '2.0.1 is newer' });
  });

  it('compares commits by ancestry', () => {
    expect(compare({ commits: 'descendant' })).toEqual({ move: true });
    expect(compare({ commits: 'ancestor' })).toEqual({ move: false, reason: 'bbbbbbb is newer' });
  });

  it('compares commit times if ancestry is unknown', () => {
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    expect(compare({ ours: { created: late }, theirs: { revision: 'b'.repeat(40), created: early } })).toEqual({ move: true });
    expect(compare({ ours: { created: early }, theirs: { revision: 'b'.repeat(40), created: late } })).toMatchObject({ move: false });
  });

  it('compares the bases of images of one commit by how often they were renewed', () => {
    const [once, twice] = [
      { revision: 'b'.repeat(40), baseUpdates: 1 },
      { revision: 'b'.repeat(40), baseUpdates: 2 },
    ];
    const never = { revision: 'b'.repeat(40) };
    expect(compare({ commits: 'same', ours: twice, theirs: once })).toEqual({ move: true });
    expect(compare({ commits: 'same', ours: once, theirs: never })).toEqual({ move: true });
    expect(compare({ commits: 'same', ours: never, theirs: once })).toEqual({ move: false, reason: 'its base image is newer' });
    expect(compare({ commits: 'same', ours: once, theirs: once })).toEqual({ move: true, isEqual: true });
    expect(compare({ commits: 'descendant', ours: never, theirs: twice })).toEqual({ move: true });
  });

  it('moves from an image without a commit, with a warning', () => {
    expect(compare({ theirs: {} })).toEqual({ move: true, warning: expect.stringContaining('does not record its commit') });
  });
});
