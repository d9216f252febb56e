import { makeRunReport } from '../make-run-report';
import { sampleRegistry, sampleReport, sampleTag } from '../testing/sample-report';
import { githubSummary } from './github-summary';

const KIB = 1024;

it('shows one table of the whole run', () => {
  const tags = [sampleTag({ tag: 'abc1234' }), sampleTag({ action: 'held', reason: 'branch feat/x, not main' })];
  const text = githubSummary(
    makeRunReport([sampleReport(), sampleReport({ project: 'web', registries: [sampleRegistry({ tags })] })]),
    KIB,
  );
  expect(text).toContain('### Images published\n\n| image | tags | digest | size | sent |\n| :-- |');
  expect(text.match(/^\| `ghcr\.io\/acme\/api` \|/gm)).toHaveLength(2);
  expect(text).toMatch(/\| `abc1234` \| `sha256:[a-f0-9]{7,}` \| 45\.7 MB \| 12\.3 MB \(3 new\) \|/);
  expect(text).toContain('- `ghcr.io/acme/api:latest` held: branch feat/x, not main\n');
});

it('shows a reason literally, whatever it contains', () => {
  const reason = 'no <img src=x>\n| cell |\n# title\u001b[2J [link](https://evil.example) `code`';
  const text = githubSummary(makeRunReport([{ schemaVersion: 1, project: '*web*', outcome: 'failed', reason }]), KIB);
  expect(text).toBe(
    '### Images not published\n\n' +
      '- **\\*web\\*** failed: no &lt;img src=x&gt; \\| cell \\| \\# title\\[2J \\[link\\](https&#58;//evil.example) \\`code\\`\n',
  );
});

it.each([
  ['see www.evil.example', 'see www&#46;evil.example'],
  ['neither $TOKEN nor $USER is set', 'neither <span>$</span>TOKEN nor <span>$</span>USER is set'],
])('shows no link and no formula in a reason: %s', (reason, shown) => {
  const text = githubSummary(makeRunReport([{ schemaVersion: 1, project: 'web', outcome: 'failed', reason }]), KIB);
  expect(text).toContain(`failed: ${shown}\n`);
});

it('never exceeds the limit of a page, and counts omitted lines', () => {
  const report = makeRunReport(Array.from({ length: 500 }, (_, index) => sampleReport({ project: `p${index}` })));
  const text = githubSummary(report, 8 * KIB);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8 * KIB);
  const [, missing] = /… and (\d+) more lines: dist\/images\/run-report\.json has all\.\n$/.exec(text) ?? [];
  expect(Number(missing)).toBeGreaterThan(300);
  expect(githubSummary(report, 0)).toBe('');
});
