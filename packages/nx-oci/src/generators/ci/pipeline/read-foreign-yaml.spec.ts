import { plainYaml, readForeignYaml } from './read-foreign-yaml';

it('reads the last document, and takes tags of others as they come', () => {
  const document = readForeignYaml('spec:\n  inputs: {}\n---\njob:\n  script: [!reference [.base, script]]\n', 'ci.yml');
  expect(document.toJS()).toEqual({ job: { script: [['.base', 'script']] } });
});

it.each(['', '\n', '# nothing yet\n'])('reads %j as nothing', (text) => {
  expect(readForeignYaml(text, 'ci.yml').get('jobs')).toBeUndefined();
});

it('says where a file is broken, and repeats nothing of it', () => {
  const text = 'a: 1\nb: [hunter2\n';
  expect(() => readForeignYaml(text, 'ci.yml')).toThrow(
    expect.objectContaining({
      code: 'CONFIGURATION_INVALID',
      message: expect.stringMatching(/^Cannot change ci\.yml: it is no YAML at line \d+, column \d+\.$/),
    }) as Error,
  );
  expect(plainYaml(text)).toBeUndefined();
});
