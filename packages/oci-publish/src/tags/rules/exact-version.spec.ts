import { addExactVersion } from './exact-version';
import { readTagRules } from './read-tag-rules';
import { type ProjectVersion } from '../versions/resolve-version';

const release: ProjectVersion = { release: '1.2.3', line: '1.2.3', reason: '--release' };
const commit: ProjectVersion = { release: undefined, line: '1.2.3', reason: 'nearest git tag' };

/** Prefix and suffix of the exact versions for a list of rules. */
const namesOf = (written: readonly unknown[], version = release) =>
  addExactVersion(readTagRules(written, 'v').rules, version, 'v')
    .filter(({ kind }) => kind === 'version')
    .map(({ prefix, suffix }) => `${prefix}${version.release ?? ''}${suffix}`);

describe('addExactVersion', () => {
  it('adds the exact version of a release once, for any list', () => {
    expect(namesOf(['sha', 'latest'])).toEqual(['v1.2.3']);
    expect(namesOf(['version', 'sha'])).toEqual(['v1.2.3']);
    expect(namesOf([{ rule: 'version', prefix: '' }])).toEqual(['1.2.3']);
  });

  it('adds it even if the rule `version` does not apply here', () => {
    expect(namesOf([{ rule: 'version', when: { event: 'schedule' } }])).toEqual(['v1.2.3', 'v1.2.3']);
  });

  it('gives it the form of the configured lines', () => {
    expect(namesOf([{ rule: 'major', prefix: '' }, 'latest'])).toEqual(['1.2.3']);
    expect(
      namesOf([
        { rule: 'major', suffix: '-alpine' },
        { rule: 'latest', suffix: '-alpine' },
      ]),
    ).toEqual(['v1.2.3-alpine']);
    expect(namesOf(['major', { rule: 'latest', suffix: '-alpine' }])).toEqual(['v1.2.3']);
  });

  it('changes nothing if the commit is not a release', () => {
    expect(namesOf(['sha', 'latest'], commit)).toEqual([]);
  });
});
