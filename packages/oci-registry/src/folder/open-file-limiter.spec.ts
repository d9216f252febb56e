import { OpenFileLimiter, waitForFile } from './open-file-limiter';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('files of a folder', () => {
  it('are never open in larger numbers than macOS allows', async () => {
    const limiter = new OpenFileLimiter();
    let open = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, (open += 1));
      await new Promise(setImmediate);
      open -= 1;
    };
    await Promise.all(Array.from({ length: 500 }, () => limiter.run(task)));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(32);
  });

  it.each(['EMFILE', 'ENFILE'])('are waited for while too many are open: %s', async (code) => {
    const outcomes = [failure(code), failure(code)];
    const open = (): Promise<string> => {
      const outcome = outcomes.pop();
      return outcome === undefined ? Promise.resolve('opened') : Promise.reject(outcome);
    };
    expect(await new OpenFileLimiter().run(open)).toBe('opened');
  });

  it('are not waited for if they cannot be opened for another reason', async () => {
    await expect(waitForFile(() => Promise.reject(failure('EACCES')))).rejects.toMatchObject({ code: 'EACCES' });
  });
});
