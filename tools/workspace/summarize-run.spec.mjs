/* global describe, it, expect */
import { summarizeRun } from './summarize-run.mjs';

const tests = (...names) => names.map((name) => ({ file: '/a.spec.ts', name }));
const round = ({ passed = tests('works'), failed = 0, skipped = [] } = {}) => ({ passed, failed, skipped });
const summarize = (run = {}) => summarizeRun({ rounds: [round(), round()], failedChecks: [], rebuilt: [], allowsSkips: true, ...run });
const lastLine = ({ lines }) => lines.at(-1);

describe('the summary of a test run', () => {
  const skips = [round({ skipped: tests('needs bun', 'needs docker') }), round()];

  it('ends with the counts of all rounds', () => {
    expect(summarize()).toEqual({ lines: ['', 'tests: 2 passed, 0 failed, 0 skipped'], isGood: true });
    const failing = summarize({ rounds: [round({ failed: 2 }), round({ passed: [], failed: 1 })], failedChecks: ['lint'] });
    expect(failing.isGood).toBe(false);
    expect(failing.lines).toContain('Failed before the specs: lint');
    expect(lastLine(failing)).toBe('tests: 1 passed, 4 failed, 0 skipped');
  });

  it('names what was skipped, and how to install what that needs', () => {
    const { lines, isGood } = summarize({ rounds: skips });
    expect(isGood).toBe(true);
    expect(lines.join('\n')).toContain('Skipped:\n  - needs bun\n  - needs docker\nTo install what they need');
    expect(lines.at(-1)).toBe('tests: 2 passed, 0 failed, 2 skipped');
  });

  it('is a failure for a single skip where everything has to be there', () => {
    const { lines, isGood } = summarize({ rounds: skips, allowsSkips: false });
    expect(isGood).toBe(false);
    expect(lines.join('\n')).toContain('  - needs docker\nTo install what they need (Debian, root): node tools/ci/install.mjs');
    expect(lines).toContain('Failed: where NX_OCI_REQUIRE is set, as in CI, no test may be skipped.');
    expect(summarize({ allowsSkips: false }).isGood).toBe(true);
  });

  it('is a failure where packages were built again while specs ran', () => {
    const rebuilt = summarize({ rebuilt: ['packages/oci-model/dist'] });
    expect(rebuilt.isGood).toBe(false);
    expect(rebuilt.lines).toContain('Failed: built again while specs ran: packages/oci-model/dist');
    expect(lastLine(rebuilt)).toBe('tests: 2 passed, 1 failed, 0 skipped');
  });
});
