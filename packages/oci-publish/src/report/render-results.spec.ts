import { printable } from '../text/printable';
import { renderResults } from './render-results';
import { sampleRegistry, sampleReport, sampleTag } from './testing/sample-report';

const HELD = sampleTag({ action: 'held', reason: 'branch feat/x, not main' });
const REPORTS = [
  sampleReport({
    growth: { from: `sha256:${'b'.repeat(64)}`, tag: 'latest', bytes: 1_300_000, layers: [] },
    registries: [
      sampleRegistry({
        tags: [sampleTag({ tag: 'a1b2c3d', rule: 'sha', isFloating: false }), HELD],
        mounted: { count: 2, bytes: 30_000_000 },
      }),
      sampleRegistry({
        registry: 'corp',
        host: 'registry.corp.example',
        repository: 'platform/team/api',
        outcome: 'failed',
        tags: [],
        reason: 'Cannot push.\n  → Log in.',
      }),
    ],
    skippedRules: [],
  }),
];
const NOTES = [
  '  Not the digest that the build printed: publish adds the commit.',
  '  ghcr.io/acme/api:latest held: branch feat/x, not main',
  '  registry.corp.example/platform/team/api failed: Cannot push.',
  '  → Log in.',
];
const shown = (columns: number): string => printable(renderResults(REPORTS), { hasColor: false, columns });

it('shows the results of a run in a wide terminal', () => {
  expect(shown(200)).toBe(
    [
      'image                                    tags     digest               size               sent',
      'ghcr.io/acme/api                         a1b2c3d  sha256:a5df3fde7b20  45.7 MB (+1.3 MB)  12.3 MB (3 new, 2 mounted)',
      'registry.corp.example/platform/team/api  failed   sha256:a5df3fde7b20  45.7 MB (+1.3 MB)  –',
      ...NOTES,
    ].join('\n'),
  );
});

it('shows the same in a narrow one', () => {
  expect(shown(80)).toBe(
    [
      'image',
      '  tags     digest               size               sent',
      'ghcr.io/acme/api',
      '  a1b2c3d  sha256:a5df3fde7b20  45.7 MB (+1.3 MB)  12.3 MB (3 new, 2 mounted)',
      'registry.corp.example/platform/team/api',
      '  failed   sha256:a5df3fde7b20  45.7 MB (+1.3 MB)  –',
      ...NOTES,
    ].join('\n'),
  );
});
