import { foreseeTags } from './foresee-tags';
import { readTagRules } from './rules/read-tag-rules';

describe('foreseeTags', () => {
  const read = (...written: unknown[]) => readTagRules(written, 'v').rules;

  it('names the tags that every commit gets', () => {
    const rules = read('sha', 'major', 'latest', 'nightly', { rule: 'latest', prefix: 'web-' }, { literal: 'x', suffix: '-slim' });
    expect(foreseeTags(rules)).toEqual(['latest', 'nightly', 'web-latest', 'x-slim']);
  });

  it('names none that holds in some places only', () => {
    expect(foreseeTags(read({ literal: 'nightly', when: { event: 'schedule' } }, 'branch', '{branch}-x'))).toEqual([]);
  });
});
