import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { printAtEnd } from './print-at-end';

// e2e/nx-oci-e2e/src/terminal.spec.ts tests a real terminal.
describe('text printed at the end of a run', () => {
  let printed: string[];

  beforeEach(() => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  });
  afterEach(() => jest.restoreAllMocks());

  it('is printed if the Nx process is unknown', async () => {
    await printAtEnd('a table', undefined);
    expect(printed).toEqual(['a table']);
  });

  it('is printed if that process has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    await printAtEnd('a table', child.pid);
    expect(printed).toEqual(['a table']);
  });

  it('is printed, but not to the file that that process writes to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nx-oci-print-'));
    const file = openSync(join(folder, 'log'), 'w');
    const child = spawn(process.execPath, ['-e', 'console.log("its own"); setInterval(() => undefined, 1000)'], {
      stdio: ['ignore', file, 'ignore'],
    });
    await once(child, 'spawn');
    await printAtEnd('a table', child.pid);
    child.kill();
    await once(child, 'exit');
    closeSync(file);
    expect(printed).toEqual(['a table']);
    expect(readFileSync(join(folder, 'log'), 'utf8')).not.toContain('a table');
    rmSync(folder, { recursive: true });
  });
});
