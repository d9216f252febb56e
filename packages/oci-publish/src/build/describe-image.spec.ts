import { makeSourcesRecord, type SourceSnapshot } from '../engines/sources/sources-record';
import { RECORD_VERSION, type ImageRecord } from '../engines/image/image-record';
import { describeImage } from './describe-image';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

const RECORD: ImageRecord = {
  schemaVersion: RECORD_VERSION,
  project: 'api',
  engine: 'docker',
  platforms: ['linux/amd64'],
  build: DIGEST,
  output: { manifest: { mediaType: '', digest: DIGEST, size: 0 }, imageId: DIGEST, name: 'nx-oci/api' },
  sources: makeSourcesRecord([]),
};

function describeBuild(path: string, found: SourceSnapshot['found']): readonly string[] {
  const looked: readonly SourceSnapshot[] = [
    { look: { kind: 'file', option: 'dockerfile', path: 'apps/api/Dockerfile' }, found: { 'apps/api/Dockerfile': '644 a' } },
    { look: { kind: 'context', option: 'context', path, dockerfile: 'apps/api/Dockerfile' }, found },
  ];
  const record = { ...RECORD, sources: makeSourcesRecord(looked) };
  return describeImage({ record }, 'dist/images/api').split('\n');
}

it.each([
  ['apps/api', { 'apps/api/main.js': '644 a', 'apps/api/util.js': '644 b' }, '  context apps/api, 2 files of it used'],
  ['.', { 'package.json': '644 a' }, '  context the workspace root, 1 file of it used'],
  ['apps/api', {}, '  context apps/api, no file of it used'],
])('a build from a Dockerfile shows its context, %s, and how many files of it the image may contain', (path, found, line) =>
  expect(describeBuild(path, found)).toContain(line),
);

it('says in which folder an image is, and that a publish changes its digest once', () => {
  const layers = [
    { name: 'base', sizeBytes: 28_200_000, origin: 'base' as const },
    { name: 'app', sizeBytes: 3_000_000, origin: 'new' as const },
  ];
  const record = { ...RECORD, engine: 'native' as const, sources: makeSourcesRecord([]) };
  expect(describeImage({ record, layers, warnings: ['app/.env may contain secrets'] }, 'dist/images/api')).toBe(
    [
      'api  sha256:aaaaaaaaaaaa  linux/amd64, engine native',
      '  2 layers, 31.2 MB: 1 base (28.2 MB), 1 new (3.0 MB)',
      '  → dist/images/api; publish adds the commit, which changes the digest',
      '  warning: app/.env may contain secrets',
    ].join('\n'),
  );
  expect(describeImage({ record }, 'dist/images/api', true)).toMatch(/\n {2}→ dist\/images\/api$/);
});
