import { makeRunReport } from '../make-run-report';
import { SAMPLE_DIGEST, sampleRegistry, sampleReport } from '../testing/sample-report';
import { gitlabDotenv } from './gitlab-dotenv';

it('contains each image with its digest, in valid shell variables', () => {
  const image = `ghcr.io/acme/api@${SAMPLE_DIGEST}`;
  expect(gitlabDotenv(makeRunReport([sampleReport({ project: '@acme/my-api' }), sampleReport({ project: '3d' })])).split('\n')).toEqual([
    'NX_OCI_OUTCOME=published',
    `_3D_DIGEST=${SAMPLE_DIGEST}`,
    `_3D_IMAGE=${image}`,
    `ACME_MY_API_DIGEST=${SAMPLE_DIGEST}`,
    `ACME_MY_API_IMAGE=${image}`,
    '',
  ]);
});

it('lists the platforms of images for several, after the digests of all images', () => {
  const both = { platforms: ['linux/amd64', 'linux/arm64'] };
  const reports = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((project) => sampleReport({ project, ...both }));
  const lines = gitlabDotenv(makeRunReport([...reports, sampleReport({ project: 'one' })]))
    .trim()
    .split('\n');
  expect(lines).toHaveLength(20);
  expect(lines.filter((line) => line.includes('_DIGEST='))).toHaveLength(9);
  expect(lines.at(-1)).toBe('A_PLATFORMS=linux/amd64,linux/arm64');
  const [, ...few] = gitlabDotenv(makeRunReport(reports.slice(0, 2)))
    .trim()
    .split('\n');
  expect(few.map((line) => line.split('=')[0])).toEqual(['A_DIGEST', 'A_IMAGE', 'B_DIGEST', 'B_IMAGE', 'A_PLATFORMS', 'B_PLATFORMS']);
});

it('omits incomplete images, and projects that share a name', () => {
  const staged = sampleReport({ outcome: 'staged', registries: [sampleRegistry({ outcome: 'staged' })] });
  expect(gitlabDotenv(makeRunReport([staged, sampleReport({ project: 'a-b' }), sampleReport({ project: 'a.b' })]))).toBe(
    'NX_OCI_OUTCOME=failed\n',
  );
});

it('stays within the limits of GitLab: 20 variables, 5 KB, complete images only', () => {
  const many = Array.from({ length: 40 }, (_, index) => sampleReport({ project: `project-${index}` }));
  const text = gitlabDotenv(makeRunReport(many));
  expect(text.trim().split('\n').length).toBe(19);
  expect(text).toMatch(/^(?:[A-Z_][A-Z0-9_]*=[^\s'"]+\n)+$/);
  const long = many.map((report) => ({ ...report, project: report.project + 'x'.repeat(900) }));
  expect(Buffer.byteLength(gitlabDotenv(makeRunReport(long)))).toBeLessThanOrEqual(5000);
});
