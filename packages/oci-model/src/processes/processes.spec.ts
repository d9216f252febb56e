import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { isProcessAlive } from './is-process-alive';
import { readBootId, readProcessStat } from './process-stat';

const describeOnLinux = process.platform === 'linux' ? describe : describe.skip;

describe('a process', () => {
  it('is alive until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    expect([isProcessAlive(process.pid), isProcessAlive(pid)]).toEqual([true, true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isProcessAlive(pid)).toBe(false);
  });

  it('of another user is alive', () => {
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    expect(isProcessAlive(1)).toBe(true);
    kill.mockRestore();
  });
});

describeOnLinux('what Linux reports about a process', () => {
  // A name with spaces and brackets, and a process that is only waiting.
  const start = () => spawn(process.execPath, ['-e', "process.title = 'a) S 1 (b'; console.log(); process.stdin.resume()"]);

  it('is its parent and its start, regardless of its name, and nothing after it ends', async () => {
    const child = start();
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    const stat = readProcessStat(pid);
    expect(stat).toEqual({ parentPid: process.pid, start: expect.stringMatching(/^\d+$/) });
    expect(readProcessStat(pid)).toEqual(stat);
    expect(stat?.start).not.toBe(readProcessStat(process.pid)?.start);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readProcessStat(pid)).toBeUndefined();
  });

  it('includes the boot id of the machine', () => {
    expect(readBootId()).toMatch(/^[0-9a-f-]{36}$/);
    expect(readBootId()).toBe(readBootId());
  });
});
