import { staticTags } from './static-tags';
import { readTagRules } from './rules/read-tag-rules';

describe('staticTags', () => {
  const read = (...written: unknown[]) => readTagRules(written, 'v').rules;

  it('returns the tags that every commit gets', () => {
    const rules = read('sha', 'major', 'latest', 'nightly', { rule: 'latest', prefix: 'web-' }, { literal: 'x', suffix: '-slim' });
    expect(staticTags(rules)).toEqual(['latest', 'nightly', 'web-latest', 'x-slim']);
  });

  it('omits tags of rules with a `when`', () => {
    expect(staticTags(read({ literal: 'nightly', when: { event: 'schedule' } }, 'branch', '{branch}-x'))).toEqual([]);
  });
});
