import { readFileSync } from 'node:fs';
import path from 'node:path';

const FILES = [
  'github/publish.yml.template',
  'gitlab/job.yml.template',
  'github-nightly/renew-images.yml.template',
  'gitlab-nightly/renew-images.yml.template',
];
const read = (file: string): string => readFileSync(path.join(__dirname, 'files', file), 'utf8');

// Ours, or checked by `normalizeOptions` and `findPackageManager`: digits, names of variables, targets, package managers.
const SAFE =
  /^(?:name|targets|wanted|flags|exec|install|major|manager|node\.version|(?:isSecret|isOptional|usesDocker) \? '[^']*' : '[^']*')$/;
const ESCAPED = /^(?:yaml|text|comment)\(.*\)$/;

describe.each(FILES)('the template %s', (file) => {
  it('escapes every value of the workspace for its language', () => {
    const outputs = [...read(file).matchAll(/<%[-=_]\s*(.*?)\s*[-_]?%>/g)].map(([whole, value = '']) => ({ whole, value }));
    expect(outputs.length).toBeGreaterThan(10);
    // `<%=` escapes for HTML.
    expect(outputs.filter(({ whole, value }) => !whole.startsWith('<%-') || !(SAFE.test(value) || ESCAPED.test(value)))).toEqual([]);
  });

  it('pins actions by commit, with their version beside them', () => {
    const uses = [...read(file).matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(uses).toHaveLength(file.startsWith('gitlab') ? 0 : file.startsWith('github-nightly') ? 4 : 7);
    for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});
