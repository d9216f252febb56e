import { throwProblems } from '../../publish/task/throw-problems';
import { readTagRules } from './read-tag-rules';
import { describeRuleProblem } from '../grammar/rule-problem';
import { DEFAULT_VERSION_PREFIX } from './tag-rule';
import { type WrittenTagRule } from './tag-rule-schema';

const read = (...written: unknown[]) => readTagRules(written, DEFAULT_VERSION_PREFIX);
const diagnostics = (...written: unknown[]) => read(...written).problems.map(describeRuleProblem);

describe('readTagRules', () => {
  it('recognises rule names and treats any other word as a literal tag', () => {
    expect(read('sha', 'latest', 'stable', '22').rules).toEqual([
      { kind: 'sha', label: 'sha', prefix: '', suffix: '', length: 7 },
      { kind: 'latest', label: 'latest', prefix: '', suffix: '' },
      { kind: 'literal', label: 'stable', prefix: '', suffix: '', tag: 'stable' },
      { kind: 'literal', label: '22', prefix: '', suffix: '', tag: '22' },
    ]);
  });

  it('adds v to version tags, or the prefix of the rule', () => {
    expect(read('major', { rule: 'major', prefix: '' }, { rule: 'sha', prefix: 'sha-' }).rules.map(({ prefix }) => prefix)).toEqual([
      'v',
      '',
      'sha-',
    ]);
  });

  it('reads every kind of rule with its options', () => {
    const { rules, problems } = read(
      { rule: 'sha', length: 12, suffix: '-x' },
      { rule: 'date', format: 'YYYY-MM-DD', timeZone: 'Europe/Berlin', of: 'commit' },
      { rule: 'match', pattern: '^v(.*)$', group: 1, floating: false },
      { rule: 'channel', name: 'canary', stable: true },
      { template: '{branch}-{shortSha}', when: { branch: ['feat/*', '!feat/wip'] } },
      { literal: 'sha', when: { event: 'schedule' } },
      'next',
    );
    expect(problems).toEqual([]);
    expect(rules.map(({ kind, label }) => [kind, label])).toEqual([
      ['sha', 'sha'],
      ['date', 'date'],
      ['match', 'match'],
      ['channel', 'canary'],
      ['template', '{branch}-{shortSha}'],
      ['literal', 'sha'],
      ['channel', 'next'],
    ]);
    expect(rules[4]).toMatchObject({ when: { branch: ['feat/*', '!feat/wip'] } });
    expect(rules[5]).toMatchObject({ when: { event: ['schedule'] } });
  });

  it('refuses a misspelt rule instead of publishing a tag of that name', () => {
    expect(diagnostics('lates')).toEqual([
      '`lates` is not a tag rule: did you mean `latest`? For a tag of that very name, write literal:lates.',
    ]);
    for (const written of ['literal:lates', { literal: 'lates' }]) {
      expect(read(written).rules).toMatchObject([{ kind: 'literal', tag: 'lates', label: 'lates' }]);
    }
    expect(diagnostics('literal:', 'literal:a b')).toHaveLength(2);
  });

  it.each([
    'main',
    'master',
    'develop',
    'dev',
    'stable',
    'prod',
    'production',
    'staging',
    'nightly',
    'canary',
    'lts',
    'preview',
    'local',
    'v2',
    'qa',
    'test',
    'rc1',
    'beta2',
    'release',
  ])('accepts the usual tag %s unchanged', (tag) => expect(read(tag).rules).toMatchObject([{ kind: 'literal', tag }]));

  it.each([
    [{ rule: 'lates' }, '`lates` is not a tag rule: did you mean `latest`?'],
    [{ rule: 'sha', lenght: 12 }, '`lenght` is not an option of `sha`: did you mean `length`?'],
    [{ rule: 'latest', length: 12 }, '`length` is not an option of `latest`: it belongs to `sha`, `hash`'],
    [{ rule: 'sha', length: 2 }, '`length` of `sha` cannot be 2: write a whole number from 4 to 64'],
    [{ rule: 'sha', length: 'long' }, '`length` of `sha` must be a whole number, found text: write a whole number'],
    [{ rule: 'latest', floating: false }, '`latest` always floats: remove `floating`, or write the tag as a { literal: … }'],
    [{ rule: 'date', timeZone: 'Berlin' }, '`timeZone` of `date`: `Berlin` is not a time zone: write its IANA name, as Europe/Berlin'],
    [{ rule: 'match' }, "`match` needs `pattern`: write { rule: match, pattern: '^v(.*)$', group: 1 }"],
    ['channel', '`channel` needs `name`: write { rule: channel, name: canary }'],
    [{ rule: 'sha', when: { branhc: 'x' } }, '`when` of `sha`: unknown key `branhc`: did you mean `branch`?'],
    [{ rule: 'sha', when: { event: 'pushes' } }, '`when` of `sha`: `pushes` is not an event: did you mean `push`?'],
    [{ rule: 'sha', when: { event: ['push', 'pushes'] } }, '`when` of `sha`: `pushes` is not an event: did you mean `push`?'],
    [{ rule: 'sha', when: { branch: 5 } }, '`when` of `sha`: `branch` must be text or a list of texts, found a number: write it in quotes'],
    [{ rule: 'sha', when: { branch: [] } }, '`when` of `sha`: `branch` is empty: name at least one'],
    [{ rule: 'sha', when: {} }, '`when` of `sha`: it is empty: give branch, tag, event, or leave it out'],
    [{ rule: 'date', of: 'comit' }, '`of` of `date` must be run or commit: did you mean `commit`?'],
    [{ rule: 'match', pattern: 'v', group: -1 }, '`group` of `match` cannot be -1: write a whole number from 0 to 999'],
    [
      { rule: 'match', pattern: 'v', group: true },
      '`group` of `match` must be a number or a name, found a boolean: write a number or a name',
    ],
    [
      { rule: 'match', pattern: '^v.*$', group: 1 },
      '`group` of `match`: it is 1, but the pattern has no groups: put ( ) around the part that becomes the tag, or remove `group`',
    ],
    [
      { rule: 'match', pattern: '^v(.*)$', group: 2 },
      '`group` of `match`: it is 2, but the pattern has only the group 1: did you mean `1`?',
    ],
    [
      { rule: 'match', pattern: String.raw`^v(?<line>\d+)\.(?<rest>.*)|(x)`, group: 'lien' },
      '`group` of `match`: it is lien, but the pattern has only the groups 1, 2, 3, line, rest: did you mean `line`?',
    ],
    [{ rule: 'match', pattern: '^v((a)|(?<line>b))$', group: '3' }, undefined],
    [{ rule: 'match', pattern: '^v((a)|(?<line>b))$', group: 'line' }, undefined],
    [{ rule: 'match', pattern: '(?:a)(?=b)', group: 0 }, undefined],
    [{ rule: 'sha', literal: 'x' }, 'a tag rule has `rule` and `literal`: give one of the three'],
    [{ rul: 'sha' }, 'a tag rule has no `rule`, `literal` or `template`, but `rul`: give one of the three'],
    [true, 'a tag rule is neither text nor a map: write a word, or a map with `rule`, `literal` or `template`'],
    [1.1, 'it is the number 1.1, which may have been written differently (1.10 is read as 1.1, 2.0 as 2): write it in quotes'],
    [{ literal: 5 }, 'it is the number 5, which may have been written differently (1.10 is read as 1.1, 2.0 as 2): write it in quotes'],
    [
      { rule: 'major', prefix: 0 },
      '`prefix` of `major`: it is the number 0, which may have been written differently (1.10 is read as 1.1, 2.0 as 2): write it in quotes',
    ],
    [{ literal: '5' }, undefined],
  ])('reports the problem of %j', (written, diagnostic) =>
    expect(diagnostics(written)).toEqual(diagnostic === undefined ? [] : [diagnostic]),
  );

  it('refuses a template that is too long', () => {
    expect(diagnostics('{branch}'.repeat(62))).toEqual([]);
    expect(diagnostics('{branch}'.repeat(63))).toEqual([
      `\`${'{branch}'.repeat(8).slice(0, 60)}…\`: the template is longer than 500 characters: shorten it: a tag has 128 at most`,
    ]);
    expect(read('{branch}'.repeat(1e6)).rules).toEqual([]);
  });

  it('reports every mistake of one rule', () => {
    expect(diagnostics({ rule: 'channel', name: 'a b', stable: 1, lenght: 2, when: { branch: '/(/', tags: 'v*' } })).toEqual([
      expect.stringContaining('`when` of `channel`: `/(/` is not a valid regular expression'),
      '`when` of `channel`: unknown key `tags`: did you mean `tag`?',
      expect.stringContaining('`name` of `channel`: ` ` is not allowed in a tag'),
      '`stable` of `channel` must be true or false, found a number: write true or false',
      '`lenght` is not an option of `channel`: use `prefix`, `suffix`, `floating`, `when`, `name`, `stable`',
    ]);
  });

  it('shows the position of a mistake with a caret', () => {
    expect(diagnostics('{branch}-{shortSah}')).toEqual([
      '`{branch}-{shortSah}`: unknown field `{shortSah}`: did you mean `shortSha`?\n      {branch}-{shortSah}\n                ^',
    ]);
    expect(diagnostics({ rule: 'date', format: 'YYYY/MM' })).toEqual([
      expect.stringMatching(/has no part `\/`: .*\n {6}YYYY\/MM\n {6} {4}\^$/),
    ]);
    expect(diagnostics('a b')).toEqual([expect.stringMatching(/\n {6}a b\n {6} \^$/)]);
  });

  it('reports every mistake at once, with its position in the list', () => {
    const { problems } = read('a b', 'sha', '.dot', { rule: 'date', when: { branch: ['ok', ''] } }, '{a}{b}');
    expect(problems.map(({ path }) => path)).toEqual([[0], [2], [3, 'when', 'branch', 1], [4], [4]]);
    expect(() => throwProblems('Cannot publish api', problems.map(describeRuleProblem))).toThrow(
      /^Cannot publish api:\n {2}- `a b` is not a tag/,
    );
  });

  it('has a type that knows the options of each rule', () => {
    const patterns: readonly string[] = ['main'];
    const right: readonly WrittenTagRule[] = [
      'sha',
      { rule: 'sha', length: 12, when: { branch: patterns } },
      { literal: 'x', floating: false },
    ];
    // @ts-expect-error `latest` has no length.
    const wrongOption: WrittenTagRule = { rule: 'latest', length: 12 };
    // @ts-expect-error there is no such rule.
    const wrongRule: WrittenTagRule = { rule: 'lates' };
    expect(read(...right).problems).toEqual([]);
    expect(read(wrongOption, wrongRule).problems).toHaveLength(2);
  });

  it('reports an empty list', () => {
    expect(diagnostics()).toEqual([expect.stringContaining('`tags` is empty')]);
  });
});
