import { setTimeout as wait } from 'node:timers/promises';

import { SerialQueue } from './serial-queue';

describe('SerialQueue', () => {
  it('runs one task after another, in order', async () => {
    const queue = new SerialQueue();
    const steps: string[] = [];
    const task = (name: string, ms: number) => async (): Promise<string> => {
      steps.push(`${name} starts`);
      await wait(ms);
      steps.push(`${name} ends`);
      return name;
    };
    expect(await Promise.all([queue.run(task('slow', 20)), queue.run(task('fast', 0))])).toEqual(['slow', 'fast']);
    expect(steps).toEqual(['slow starts', 'slow ends', 'fast starts', 'fast ends']);
  });

  it('passes a failure to its caller and continues', async () => {
    const queue = new SerialQueue();
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run(() => Promise.resolve('yes'))).toBe('yes');
  });
});
