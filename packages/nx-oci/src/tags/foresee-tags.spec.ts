import { computeTags } from './compute-tags';
import { foreseeTags } from './foresee-tags';
import { readTagRules } from './tag-rule';

describe('foreseeTags', () => {
  const { rules } = readTagRules(['sha', 'major', 'latest', 'nightly', { rule: 'latest', prefix: 'web-' }], 'v', () => undefined);

  it('names the tags that every commit gets', () => {
    expect(foreseeTags(rules)).toEqual(['latest', 'nightly', 'web-latest']);
  });

  it('names none that a publish would not set', () => {
    const facts = { commit: 'a'.repeat(40), isDirty: false, version: { release: undefined, line: '1.2.3', reason: '' } };
    const computed = computeTags(rules, facts).tags.map(({ tag }) => tag);
    expect(computed).toEqual(expect.arrayContaining([...foreseeTags(rules)]));
  });
});
