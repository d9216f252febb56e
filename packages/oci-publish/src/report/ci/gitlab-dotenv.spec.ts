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
