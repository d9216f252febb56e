import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import './support/long-timeout';
import { run } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

const TOOLS = join(WORKSPACE_ROOT, 'tools');

/** The programs with options: those that import `read-options`. */
const programs = (readdirSync(TOOLS, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.mjs') && /^import .*readOptions/m.test(readFileSync(join(TOOLS, name), 'utf8')))
  .sort();

describe('a tool of this workspace that has options', () => {
  const call = (program: string, option: string) => run(process.execPath, [join(TOOLS, program), option], { cwd: WORKSPACE_ROOT });

  it('is found by its import of the options reader', () => {
    expect(programs).toEqual(expect.arrayContaining(['bench/main.mjs', 'race/main.mjs', 'faults/main.mjs', 'ci/install.mjs']));
    expect(programs.length).toBeGreaterThanOrEqual(10);
  });

  it.each(programs)('only prints them with --help: %s', async (program) => {
    const { code, output } = await call(program, '--help');
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^[A-Z][^\n]+\.\n\n(?: {2}--[a-z-]+ [^\n]+\n)+$/) });
  });

  it.each(programs)('refuses an unknown option by name: %s', async (program) => {
    const { code, output } = await call(program, '--nonsense');
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringMatching(/'--nonsense'[^]*There are: --/) });
    expect(output).not.toContain('    at ');
  });
});
