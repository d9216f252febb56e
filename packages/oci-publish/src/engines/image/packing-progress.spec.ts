import { showPacking } from './packing-progress';

describe('the progress of packing', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is printed every ten seconds, with what is done, the rate and the time left', async () => {
    const lines: string[] = [];
    await showPacking(
      (line) => lines.push(line),
      (watcher) => {
        jest.advanceTimersByTime(10_000);
        expect(lines).toEqual([]);
        watcher?.begun(600_000_000);
        watcher?.begun(400_000_000);
        watcher?.packed(250_000_000);
        jest.advanceTimersByTime(10_000);
        expect(lines).toEqual(['Packing layers: 250 MB of 1.0 GB, 25.0 MB/s, 30 s left']);
        // With the headers of the files; then nothing is left to say.
        watcher?.packed(751_000_000);
        return Promise.resolve();
      },
    );
    jest.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(1);
  });

  it('ends with a failure, and is not printed if nobody wants to see it', async () => {
    const lines: string[] = [];
    const fail = () => Promise.reject(new Error('the disk is full'));
    await expect(showPacking((line) => lines.push(line), fail)).rejects.toThrow('the disk is full');
    await expect(showPacking(undefined, (watcher) => Promise.resolve(watcher))).resolves.toBeUndefined();
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);
  });
});
