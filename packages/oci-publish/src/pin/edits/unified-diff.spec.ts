import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { type Edit, splice } from './splice';
import { unifiedDiff } from './unified-diff';

it('gives what git applies, for any edits of any text', () => {
  const line = fc.constantFrom('a', 'b', '', '  c: d # e', 'ä\tß');
  const text = fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 30 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
    .map(([lines, end, hasEnd]) => lines.join(end) + (hasEnd ? end : 'x'));
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom('x', 'y\n', '\nz: 1', 'longer text')), {
    minLength: 1,
    maxLength: 4,
  });
  const cases = fc
    .sample(fc.tuple(text, edits), { numRuns: 100, seed: 1 })
    .map(([source, wanted]) => ({ source, edits: fit(source, wanted) }));
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-diff-'));
  try {
    const changed = cases.map((one, index) => ({ ...one, path: `${index}.yaml`, text: splice(one.source, one.edits) }));
    const real = changed.filter(({ source, text: after }) => source !== after);
    expect(real.length).toBeGreaterThan(50);
    for (const { path, source } of real) writeFileSync(join(folder, path), source);
    const patch = real.map(({ path, source, edits: own }) => `${unifiedDiff(path, source, own)}\n`).join('');
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: patch });
    for (const { path, text: after } of real) expect(readFileSync(join(folder, path), 'utf8')).toBe(after);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('is empty without edits', () => expect(unifiedDiff('a', 'b', [])).toBe(''));

/** Edits within a text that do not overlap, and leave something. */
function fit(source: string, wanted: readonly (readonly [number, number, string])[]): readonly Edit[] {
  const ordered = wanted
    .map(([at, length, text]) => ({ start: at % source.length, length, text }))
    .sort((one, other) => one.start - other.start);
  return ordered.flatMap(({ start, length, text }, index): readonly Edit[] => {
    const end = Math.min(start + length, ordered[index + 1]?.start ?? source.length, lineEnd(source, start));
    return start === ordered[index - 1]?.start ? [] : [{ start, end, text }];
  });
}

/** What a pin replaces never reaches into the next line. */
function lineEnd(source: string, start: number): number {
  const at = source.indexOf('\n', start);
  return at === -1 ? source.length : at;
}
