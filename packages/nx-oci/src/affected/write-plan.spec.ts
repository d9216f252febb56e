import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makePlan } from './make-plan';
import { writePlan } from './write-plan';

const PLAN = makePlan('a'.repeat(40), []);

describe('the plan of a workspace on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-plan-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('consists of its report, outputs for GitHub and a dotenv report for GitLab beside it', async () => {
    const githubOutput = join(folder, 'output');
    await writePlan(PLAN, join(folder, 'images/plan.json'), { githubOutput, dotenv: 'anything' });
    expect(JSON.parse(readFileSync(join(folder, 'images/plan.json'), 'utf8'))).toEqual(PLAN);
    expect(readFileSync(githubOutput, 'utf8')).toMatch(/^has-images<<(\S+)\nfalse\n\1\n/);
    expect(readFileSync(join(folder, 'images/plan.env'), 'utf8')).toBe('NX_OCI_HAS_IMAGES=false\nNX_OCI_PROJECTS=\n');
  });

  it('reports why it cannot be written, and leaves no partial file', async () => {
    mkdirSync(join(folder, 'taken'));
    await expect(writePlan(PLAN, join(folder, 'taken'), {})).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('Cannot write the plan to'),
      hint: expect.stringContaining('outputFile'),
    });
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});
