import { parse } from 'yaml';

import { type NeededVariable } from '../pipeline/needed-variables';
import { addEnvironment } from './add-environment';

const variable = (name: string, isSecret: boolean): NeededVariable => ({ name, isSecret, isOptional: false, uses: [], path: [] });
const PIPELINE = {
  file: '.github/workflows/publish.yml',
  targets: ['publish'],
  variables: [variable('GITHUB_TOKEN', true), variable('CORP_USERNAME', false), variable('CORP_TOKEN', true)],
};

const ALL = {
  GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}',
  CORP_USERNAME: '${{ vars.CORP_USERNAME }}',
  CORP_TOKEN: '${{ secrets.CORP_TOKEN }}',
};
const LINES = Object.entries(ALL).map(([name, value]) => `          ${name}: ${value}\n`);

const FILE = `# Ours.
name:   Ship it # odd blanks
on: {push: {branches: [ main ]}}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4

      # The one that counts.
      - name: Ship
        run: |
          npx nx affected -t build
          npx nx affected -t publish
ENV
      - run: echo done # at last
`;

const withEnv = (env: string): string => FILE.replace('ENV\n', env);

describe('addEnvironment', () => {
  it.each([
    ['no env', '', `        env:\n${LINES.join('')}`],
    ['an env that has others', '        env:\n          MINE: 1 # mine\n', `        env:\n          MINE: 1 # mine\n${LINES.join('')}`],
    [
      'an env in one line',
      "        env: { MINE: '1' } # mine\n",
      `        env: { MINE: '1', ${Object.entries(ALL)
        .map(([name, value]) => `${name}: '${value}'`)
        .join(', ')} } # mine\n`,
    ],
  ])('adds to a step with %s, and keeps every byte of the rest', (_, before, after) => {
    expect(addEnvironment(withEnv(before), PIPELINE)).toEqual({ text: withEnv(after), added: Object.keys(ALL) });
  });

  it.each(['        env:\n', '        env: {}\n', '        env: # none yet\n'])('fills an empty %j, comments kept', (before) => {
    const { text } = addEnvironment(withEnv(before), PIPELINE);
    expect(parse(text).jobs.ship.steps[1].env).toEqual(ALL);
    for (const comment of ['# Ours.', '# odd blanks', '# The one that counts.', '# at last']) expect(text).toContain(comment);
    expect(addEnvironment(text, PIPELINE)).toEqual({ text, added: [] });
  });

  it('adds what is missing alone, and leaves the value of what is there', () => {
    const { text, added } = addEnvironment(withEnv('        env:\n          GITHUB_TOKEN: ${{ secrets.PAT }}\n'), PIPELINE);
    expect(added).toEqual(['CORP_USERNAME', 'CORP_TOKEN']);
    expect(text).toBe(withEnv(`        env:\n          GITHUB_TOKEN: \${{ secrets.PAT }}\n${LINES.slice(1).join('')}`));
  });

  it('counts what the job or the workflow sets, also by an alias', () => {
    const text = withEnv('')
      .replace('jobs:\n', 'env: &all\n  CORP_TOKEN: ${{ secrets.CORP_TOKEN }}\n  CORP_USERNAME: robot\njobs:\n')
      .replace('    steps:\n', '    env:\n      GITHUB_TOKEN: ${{ github.token }}\n    steps:\n');
    expect(addEnvironment(text, PIPELINE)).toEqual({ text, added: [] });
  });

  it('adds to every step that publishes, in whatever job', () => {
    const two = withEnv('').replace('      - run: echo done # at last\n', '      - run: npx nx release publish\n');
    const { text, added } = addEnvironment(two, PIPELINE);
    const { steps } = parse(text).jobs.ship;
    expect(added).toEqual(Object.keys(ALL));
    expect([steps[1].env, steps[2].env]).toEqual([ALL, ALL]);
  });

  it('keeps the line ends of Windows', () => {
    const { text } = addEnvironment(withEnv('').replaceAll('\n', '\r\n'), PIPELINE);
    expect(text).toBe(withEnv(`        env:\n${LINES.join('')}`).replaceAll('\n', '\r\n'));
  });

  it('adds where the last line has no end', () => {
    const text = 'jobs:\n  a:\n    steps:\n      - run: npx nx affected -t publish';
    expect(addEnvironment(text, PIPELINE).text).toBe(`${text}\n        env:\n${LINES.join('').trimEnd()}`);
  });

  it('does not overwrite an env that is an expression, and says what to add', () => {
    expect(() => addEnvironment(withEnv('        env: ${{ fromJSON(vars.ALL) }}\n'), PIPELINE)).toThrow(
      expect.objectContaining({
        code: 'OPTIONS_INVALID',
        hint: expect.stringContaining('  CORP_TOKEN: ${{ secrets.CORP_TOKEN }}'),
      }) as Error,
    );
  });

  it('leaves a workflow of another kind alone, and says how to go on', () => {
    const other = 'jobs:\n  npm:\n    steps:\n      - run: npm publish\n';
    for (const text of [other, 'jobs:\n', '', '# nothing\n', 'jobs: { reused: { uses: ./x.yml } }\n']) {
      expect(() => addEnvironment(text, PIPELINE)).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID', hint: expect.stringContaining('--file=') }) as Error,
      );
    }
  });

  it('refuses a file that is no YAML', () => {
    expect(() => addEnvironment('jobs: [\n', PIPELINE)).toThrow('Cannot change .github/workflows/publish.yml: it is no YAML at line');
  });
});
