import { parse, parseAllDocuments } from 'yaml';

import { type Pipeline } from '../pipeline/pipeline';
import { addJob } from './add-job';

const PIPELINE: Pipeline = {
  provider: 'gitlab',
  file: '.gitlab-ci.yml',
  folder: '',
  branch: 'main',
  isBranchGiven: false,
  releases: ['v{version}'],
  targets: ['publish'],
  packageManager: {
    name: 'npm',
    lockFile: 'package-lock.json',
    install: 'npm ci',
    exec: 'npx',
    isPinned: false,
    major: undefined,
    needsCorepack: false,
  },
  node: { file: undefined, version: '22' },
  variables: [],
  goesToGhcr: false,
  isLocalOnly: false,
  images: [],
};

const JOB = addJob('', PIPELINE);

const FILE = `# Ours.
default:
  image:   node:20 # odd blanks
test:
  script: [ "npx nx affected -t test" ]
  rules:
    - !reference [.rules, rules]
# The end.
`;

describe('addJob', () => {
  it('adds at the end, and keeps every byte before', () => {
    expect(addJob(FILE, PIPELINE)).toBe(`${FILE}\n${JOB}`);
    expect(addJob(`${FILE}\n`, PIPELINE)).toBe(`${FILE}\n${JOB}`);
    expect(addJob(FILE.trimEnd(), PIPELINE)).toBe(`${FILE}\n${JOB}`);
    expect(addJob('# nothing yet\n', PIPELINE)).toBe(`# nothing yet\n\n${JOB}`);
  });

  it('keeps the line ends of Windows', () => {
    const text = FILE.replaceAll('\n', '\r\n');
    expect(addJob(text, PIPELINE)).toBe(`${FILE}\n${JOB}`.replaceAll('\n', '\r\n'));
  });

  it('adds below the header of a file that has one', () => {
    const text = `spec:\n  inputs: {}\n---\n${FILE}`;
    const documents = parseAllDocuments(addJob(text, PIPELINE)).map((document) => document.toJS() as object);
    expect(documents.map(Object.keys)).toEqual([['spec'], ['default', 'test', 'publish-images']]);
  });

  it('adds nothing where a job publishes already, whatever it is called', () => {
    const ship = (script: string): string => `${FILE}ship:\n  script: ${script}\n`;
    for (const text of [
      `${FILE}\n${JOB}`,
      ship('npx nx run-many -t publish'),
      ship('[npm ci, "npx nx affected -t build,publish"]'),
      ship('\n    - [npm ci, npx nx affected -t publish]'),
    ]) {
      expect(addJob(text, PIPELINE)).toBe(text);
    }
  });

  it.each([
    ['', 'deploy'],
    ['stages: [build, test]\n', 'test'],
    ['stages: [build, deploy, clean]\n', 'deploy'],
    ['stages:\n  - publish images\n', 'publish images'],
    ['stages: [publish, deploy]\n', 'publish'],
  ])('chooses a stage of %j: %s', (text, stage) => {
    expect(parse(addJob(text, PIPELINE))['publish-images'].stage).toBe(stage);
  });

  it('asks the main file for stages where the job has one of its own', () => {
    expect(parse(addJob('', PIPELINE, 'stages: [ship]\n'))['publish-images'].stage).toBe('ship');
  });

  it.each([
    ['publish-images: { script: make }\n', 'it has another job `publish-images`'],
    ['{ test: { script: make } }\n', 'its YAML takes no job at the end'],
    ['test: { script: make }\n...\n', 'its YAML takes no job at the end'],
  ])('does not add to %j', (text, reason) => {
    expect(() => addJob(text, PIPELINE)).toThrow(`Cannot add to .gitlab-ci.yml: ${reason}.`);
  });

  it('refuses a file that is no YAML', () => {
    expect(() => addJob('test: [\n', PIPELINE)).toThrow('Cannot change .gitlab-ci.yml: it is no YAML at line');
  });
});
