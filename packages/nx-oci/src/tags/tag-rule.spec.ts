import { nearestName } from '@nx-oci/model';
import { DEFAULT_VERSION_PREFIX, readTagRules, throwProblems, type WrittenTagRule } from './tag-rule';

const read = (...written: WrittenTagRule[]) => readTagRules(written, DEFAULT_VERSION_PREFIX, nearestName);

describe('readTagRules', () => {
  it('knows its words and takes any other for a literal tag', () => {
    expect(read('sha', 'latest', 'stable').rules).toEqual([
      { kind: 'rule', name: 'sha', prefix: '' },
      { kind: 'rule', name: 'latest', prefix: '' },
      { kind: 'literal', tag: 'stable' },
    ]);
  });

  it('puts v before version tags, and another prefix where a rule says so', () => {
    expect(read('major', { rule: 'major', prefix: '' }, { rule: 'sha', prefix: 'sha-' }).rules).toEqual([
      { kind: 'rule', name: 'major', prefix: 'v' },
      { kind: 'rule', name: 'major', prefix: '' },
      { kind: 'rule', name: 'sha', prefix: 'sha-' },
    ]);
  });

  it('refuses a misspelt word instead of publishing a tag of that name', () => {
    expect(read('lates').problems).toEqual([
      '`lates` is not a tag rule: did you mean `latest`? To mean the tag itself, write { literal: lates }.',
    ]);
    expect(read({ literal: 'lates' }).rules).toEqual([{ kind: 'literal', tag: 'lates' }]);
  });

  it('keeps the words of coming rules free', () => {
    expect(read('branch').problems).toHaveLength(1);
  });

  it('names every mistake at once', () => {
    const { problems } = read('a b', '.dot', 'x'.repeat(129));
    expect(problems).toHaveLength(3);
    expect(() => throwProblems('Cannot publish api', problems)).toThrow(/^Cannot publish api:\n {2}- `a b` is not a tag/);
  });

  it('says so when there is no rule at all', () => {
    expect(read().problems).toEqual([expect.stringContaining('`tags` is empty')]);
  });
});
