import { PEER_CASES, tagsOfPeerCase } from '@nx-oci/publish/testing';

import { translateTags } from './translate-tags';

const FLAVOR = 'flavor ';

function translate(rows: readonly string[]) {
  // In its own tests the rows stand in strings of JavaScript.
  const lines = rows.map((row) => row.replaceAll('\\\\', '\\'));
  const flavor = lines.filter((row) => row.startsWith(FLAVOR)).map((row) => row.slice(FLAVOR.length));
  return translateTags(lines.filter((row) => !row.startsWith(FLAVOR)).join('\n'), flavor.join('\n'));
}

describe('a list of docker/metadata-action', () => {
  it.each(PEER_CASES.filter(({ apart }) => apart === undefined).map((one) => [one.names.join(', '), one.rows.join(' '), one] as const))(
    'of its own case %s gives the same tags when it is translated: %s',
    (_, __, one) => expect(tagsOfPeerCase(one, translate(one.rows).tags, { exactVersion: false })).toEqual(one.gives),
  );

  it.each<[string, readonly unknown[]]>([
    ['type=raw,value=latest,enable={{is_default_branch}}', [{ rule: 'latest', when: { branch: '{defaultBranch}' } }]],
    ["type=raw,value=edge,enable=${{ github.ref == 'refs/heads/main' }}", [{ literal: 'edge', when: { branch: 'main' } }]],
    ["type=sha,enable=${{ github.event_name != 'pull_request' }}", [{ rule: 'sha', prefix: 'sha-', when: { event: '!pullRequest' } }]],
    ["type=raw,value=next,enable=${{ startsWith(github.ref, 'refs/tags/v') }}", [{ literal: 'next', when: { tag: 'v**' } }]],
    ['type=raw,value=${{ github.sha }}', ['{sha}']],
    ['type=raw,value=build-${{ github.run_number }}', ['build-{env.GITHUB_RUN_NUMBER}']],
    ['${{ github.sha }}', ['{sha}']],
    [
      'type=semver,pattern=v{{major}}.{{minor}}-alpine',
      [
        { rule: 'minor', allowZero: true, when: { tag: '*.*.*' }, prefix: 'v', suffix: '-alpine' },
        { rule: 'version', prefix: 'v', suffix: '-alpine', when: { tag: '*-*' } },
        { rule: 'latest', when: { tag: '*.*.*' } },
      ],
    ],
  ])('%s is %j', (row, tags) => expect(translate([row])).toMatchObject({ tags, notes: [] }));

  it.each([
    [
      'type=raw,value=${{ steps.meta.outputs.version }}',
      /^\$\{\{ steps\.meta\.outputs\.version \}\} cannot be known .* → write this tag by hand/,
    ],
    ["type=raw,value=x,enable=${{ github.event_name == 'push' && inputs.push }}", /^enable=.* has no counterpart/],
    ['type=docker', /^type=docker has no counterpart/],
    ['type=match,pattern=v(.*),group=2', /has no group 2/],
  ])('%s gives no tag, and a reason', (row, reason) => {
    expect(translate([row])).toMatchObject({ tags: [], notes: [expect.stringMatching(reason)] });
  });

  it('names the variables that the tags contain, the version that the job knows, and the form of its git tags', () => {
    expect(translate(['type=raw,value=${{ github.run_id }}-${{ github.run_id }}']).env).toEqual(['GITHUB_RUN_ID']);
    expect(translate(['type=semver,pattern={{version}},value=${{ inputs.version }}']).release).toBe('${{ inputs.version }}');
    expect(translate(['type=semver,pattern={{version}},match=api/v(.*)']).releasePattern).toBe('api/v{version}');
  });
});
