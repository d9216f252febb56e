import { PackingProgress } from './packing-progress';

describe('the progress of packing', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is printed every ten seconds, with what is done, the rate and the time left', () => {
    const lines: string[] = [];
    const progress = new PackingProgress((line) => lines.push(line));
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([]);
    progress.begun(600_000_000);
    progress.begun(400_000_000);
    progress.packed(250_000_000);
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual(['Packing layers: 250 MB of 1.0 GB, 25.0 MB/s, 30 s left']);
    // With the headers of the files.
    progress.packed(751_000_000);
    jest.advanceTimersByTime(10_000);
    expect(lines.at(-1)).toBe('Packing layers: 1.0 GB of 1.0 GB, 50.0 MB/s');
    progress.stop();
    jest.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(2);
  });
});
