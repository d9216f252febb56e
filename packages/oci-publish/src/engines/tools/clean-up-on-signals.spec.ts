import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MODULE = join(__dirname, 'clean-up-on-signals.ts');

/** Runs a script that gets a signal as soon as it prints `ready`. */
async function endScript(script: string): Promise<{ readonly printed: string; readonly signal: unknown }> {
  const child = spawn(process.execPath, ['--require', '@swc-node/register', '--eval', script], {
    cwd: join(__dirname, '../../../../..'),
    env: { ...process.env, SWC_NODE_PROJECT: 'tsconfig.base.json' },
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed === 'ready\n') child.kill('SIGTERM');
  });
  const [, signal] = (await once(child, 'close')) as [unknown, unknown];
  return { printed, signal };
}

const CLEAN_UP = `
  const { cleanUpOnSignals } = require(${JSON.stringify(MODULE)});
  const release = cleanUpOnSignals(() => new Promise((end) => setTimeout(() => { console.log('clean'); end(); }, 100)));
  setInterval(() => {}, 1000);
`;

describe('cleanUpOnSignals', () => {
  it('lets the signal end the process after the clean-up', async () => {
    expect(await endScript(`${CLEAN_UP} console.log('ready')`)).toEqual({ printed: 'ready\nclean\n', signal: 'SIGTERM' });
  });

  it('has no effect once it is released', async () => {
    expect(await endScript(`${CLEAN_UP} release(); console.log('ready')`)).toEqual({ printed: 'ready\n', signal: 'SIGTERM' });
  });
});
