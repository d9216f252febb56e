import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readNxProcess } from './nx-process';

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('what is known of the Nx process', () => {
  let folder: string;
  let child: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-process-'));
  });
  afterEach(async () => {
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true });
  });

  function start(file: string): number {
    mkdirSync(join(folder, 'tasks-runner'), { recursive: true });
    writeFileSync(join(folder, file), 'setInterval(() => undefined, 1000)');
    child = spawn(process.execPath, [join(folder, file), 'run-many'], { stdio: ['ignore', 'pipe', 'ignore'] });
    return child.pid ?? 0;
  }

  it('has its command line, and no terminal if its output is a pipe', () => {
    const pid = start('tasks-runner/nx.js');
    expect(readNxProcess(pid)).toEqual({ pid, argv: [process.execPath, join(folder, 'tasks-runner/nx.js'), 'run-many'] });
  });

  it('is found above the intermediate processes of a task with a terminal', () => {
    expect(readNxProcess(start('tasks-runner/fork.js'))).toMatchObject({ pid: process.pid });
  });

  it('is unknown when it has ended', async () => {
    const pid = start('tasks-runner/nx.js');
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    expect(readNxProcess(pid)).toBeUndefined();
    start('tasks-runner/nx.js');
  });
});
