import { interruptible } from './interruptible';

describe('the work of an executor', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is stopped by %s, and by a second one no worse', async (signal) => {
    const before = process.listenerCount(signal);
    const stopped = interruptible((interruption) => {
      // Not sent: it would end the worker of the test runner, whose `process` is a copy.
      process.emit(signal);
      process.emit(signal);
      return Promise.resolve(interruption.signal.aborted);
    });
    await expect(stopped).resolves.toBe(true);
    expect(process.listenerCount(signal)).toBe(before);
  });

  it('leaves no listener behind when it fails', async () => {
    const before = process.listenerCount('SIGTERM');
    await expect(interruptible(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
