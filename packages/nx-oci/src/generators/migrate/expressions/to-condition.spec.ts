import { type Condition } from './conditions';
import { replaceConstants } from './evaluate-expression';
import { toCondition } from './to-condition';

const PULL_REQUEST = { event: 'pullRequest' };

describe('a condition of GitHub Actions', () => {
  it.each<[string, Condition | undefined]>([
    ["github.event_name != 'pull_request'", [{ event: '!pullRequest' }]],
    ["github.event_name == 'push'", [{ event: ['push', 'tag'] }]],
    ["${{ github.event_name == 'push' && github.ref == 'refs/heads/main' }}", [{ branch: 'main', event: ['push', 'tag'] }]],
    ["github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v')", [{ branch: 'main' }, { tag: 'v**' }]],
    ["github.ref != 'refs/heads/main'", [{ branch: '!main' }, { tag: '**' }, PULL_REQUEST]],
    ["!(github.ref == 'refs/heads/main' || github.ref_type == 'tag')", [{ branch: '!main' }, PULL_REQUEST]],
    ["github.ref_name == 'main' && github.ref_type == 'tag'", []],
    ["github.ref == format('refs/heads/{0}', github.event.repository.default_branch)", [{ branch: '{defaultBranch}' }]],
    ["github.event_name != 'pull_request' && github.event_name != 'schedule'", [{ event: ['!pullRequest', '!schedule'] }]],
    ["contains(github.ref, 'refs/tags/')", [{ tag: '**' }]],
    ["true && 'x' == 'X'", [{}]],
    ["github.actor != 'dependabot[bot]'", undefined],
    ["matrix['app'] == 'api'", undefined],
    ['github.ref ==', undefined],
    ['('.repeat(1000), undefined],
  ])('%s', (text, condition) => expect(toCondition(text, {})).toEqual(condition));

  it('counts what it does not know as true where a caller wants that', () => {
    const text = "needs.plan.outputs.list != '[]' && github.ref_name == 'main'";
    expect(toCondition(text, { unknown: [{}] })).toEqual([{ branch: 'main' }]);
    expect(toCondition(text, {})).toBeUndefined();
  });
});

it.each([
  ["${{ vars.NAME || 'acme/api' }}", 'acme/api'],
  ["${{ format('{0}/{1}', env.REGISTRY, github.repository) }}", 'ghcr.io/${{ github.repository }}'],
  ["${{ inputs.tag == 'latest' && 'latest' || '' }}", ''],
  ['${{ env.OWN }}', '${{ env.OWN }}'],
  ['${{ github.sha }}', '${{ github.sha }}'],
])('%s becomes %s', (text, replaced) => {
  const constants = { 'env.REGISTRY': 'ghcr.io', 'inputs.tag': 'nightly', 'env.OWN': '${{ env.OWN }}' };
  expect(replaceConstants(text, constants)).toBe(replaced);
});
