import { makeRunReport } from '../make-run-report';
import { SAMPLE_DIGEST, sampleRegistry, sampleReport, sampleTag } from '../testing/sample-report';
import { formatGithubOutputs, githubOutputs } from './github-outputs';

describe('githubOutputs', () => {
  it('contains digest and repository of each image, and all of them as JSON', () => {
    const outputs = githubOutputs(makeRunReport([sampleReport(), sampleReport({ project: '@acme/web' })]));
    expect(outputs).toMatchObject({
      outcome: 'published',
      'api-digest': SAMPLE_DIGEST,
      'api-repository': 'acme/api',
      'api-platforms': 'linux/amd64',
      'acme-web-digest': SAMPLE_DIGEST,
    });
    const registries = [{ registry: 'ghcr', repository: 'acme/api', outcome: 'published', tags: ['latest'] }];
    expect(JSON.parse(outputs['images'] ?? '')).toEqual(
      ['@acme/web', 'api'].map((project) => ({
        project,
        outcome: 'published',
        digest: SAMPLE_DIGEST,
        platforms: ['linux/amd64'],
        registries,
      })),
    );
  });

  it('lists the platforms of each image', () => {
    const outputs = githubOutputs(makeRunReport([sampleReport({ platforms: ['linux/amd64', 'linux/arm64'] })]));
    expect(outputs).toMatchObject({ 'api-platforms': 'linux/amd64,linux/arm64' });
    expect(JSON.parse(outputs['images'] ?? '')).toMatchObject([{ platforms: ['linux/amd64', 'linux/arm64'] }]);
  });

  it('contains hosts only in `hosts`, so that a secret host hides no other output', () => {
    const outputs = githubOutputs(makeRunReport([sampleReport()]));
    expect(JSON.parse(outputs['hosts'] ?? '')).toEqual({ ghcr: 'ghcr.io' });
    expect(Object.keys(outputs).filter((name) => outputs[name]?.includes('ghcr.io'))).toEqual(['hosts']);
  });

  it('contains no digest of an image without tags, and the outcome of each image', () => {
    const staged = sampleReport({ outcome: 'staged', registries: [sampleRegistry({ outcome: 'staged' })] });
    const outputs = githubOutputs(makeRunReport([staged, { schemaVersion: 1, project: 'web', outcome: 'failed', reason: 'no' }]));
    expect(outputs['outcome']).toBe('failed');
    expect(outputs).not.toHaveProperty(['api-digest']);
    expect(JSON.parse(outputs['images'] ?? '')).toMatchObject([
      { project: 'api', outcome: 'staged', registries: [{ tags: [] }] },
      { project: 'web', outcome: 'failed' },
    ]);
  });

  it('omits held tags', () => {
    const tags = [sampleTag({ tag: 'abc1234' }), sampleTag({ action: 'held' }), sampleTag({ tag: 'v1', action: 'upToDate' })];
    const outputs = githubOutputs(makeRunReport([sampleReport({ registries: [sampleRegistry({ tags })] })]));
    expect(JSON.parse(outputs['images'] ?? '')).toMatchObject([{ registries: [{ tags: ['abc1234', 'v1'] }] }]);
  });

  it('has no separate outputs for two projects that would share a name', () => {
    const outputs = githubOutputs(makeRunReport([sampleReport({ project: 'a.b' }), sampleReport({ project: 'a/b' })]));
    expect(Object.keys(outputs)).toEqual(['outcome', 'images', 'hosts']);
  });

  it('starts a name with a valid character', () => {
    expect(Object.keys(githubOutputs(makeRunReport([sampleReport({ project: '-3d' })])))).toContain('_3d-digest');
  });
});

describe('formatGithubOutputs', () => {
  it('ends a value with a new random delimiter each time', () => {
    const [first, second] = [formatGithubOutputs({ name: 'value' }), formatGithubOutputs({ name: 'value' })];
    expect(first).toMatch(/^name<<(nx-oci-[\w-]{36})\nvalue\n\1\n$/);
    expect(first).not.toBe(second);
  });

  it('escapes every value', () => {
    const text = formatGithubOutputs({ one: 'x\nEOF\nevil<<EOF\n1\nEOF', two: 'y' });
    const [, end = ''] = /<<(.+)/.exec(text) ?? [];
    expect(text.split(`\n${end}\n`)).toEqual([`one<<${end}\nx\nEOF\nevil<<EOF\n1\nEOF`, `two<<${end}\ny`, '']);
  });
});
