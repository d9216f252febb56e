import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { array, assert, property, string, stringMatching, oneof } from 'fast-check';
import { parse } from 'yaml';

import { shell } from './escape';
import { type Pipeline } from './pipeline/pipeline';
import { toGitHubFilter, toGitLabPattern } from './pipeline/release-tags';
import { renderPipeline } from './render-pipeline';

const PIPELINE: Pipeline = {
  provider: 'gitlab',
  file: '.gitlab-ci.yml',
  folder: '',
  branch: 'main',
  isBranchGiven: false,
  releases: ['v{version}'],
  targets: ['publish'],
  packageManager: {
    name: 'pnpm',
    lockFile: 'pnpm-lock.yaml',
    install: 'pnpm install --frozen-lockfile',
    exec: 'pnpm exec',
    isPinned: true,
    major: 10,
    needsCorepack: false,
  },
  node: { file: '.nvmrc', version: '22' },
  variables: [],
  goesToGhcr: false,
  withoutLogin: [],
  isLocalOnly: false,
  images: [],
};

const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });

/** A pipeline, parsed as YAML. */
interface Rendered extends Record<string, unknown> {
  readonly on: { readonly push: { readonly tags?: readonly string[] } };
  readonly jobs: {
    readonly publish: { readonly defaults: { readonly run: object }; readonly steps: readonly { readonly with: object }[] };
  };
  readonly 'publish-images': Job;
}

interface Job {
  readonly stage: string;
  readonly rules: readonly object[];
  readonly script: readonly string[];
  readonly artifacts: object;
}

const render = (changes: Partial<Pipeline>) => parse(renderPipeline(tree, { ...PIPELINE, ...changes })) as Rendered;
const odd = oneof(string({ unit: 'grapheme' }), stringMatching(/^[ '"#:{}[\]$%&*!|>\\@`,?\r\n<=\t-]{1,12}$/));
const folder = odd.map((text) => `a/${text.replace(/[/\0]/g, '')}b`);

it('writes a workflow in which all texts of the workspace are escaped', () => {
  assert(
    property(folder, array(odd, { maxLength: 2 }), (where, releases) => {
      const { on, jobs, ...rest } = render({ provider: 'github', folder: where, releases });
      expect(Object.keys(rest)).toEqual(['name', 'permissions', 'concurrency']);
      expect(on.push.tags ?? []).toEqual(releases.map(toGitHubFilter));
      const literal = where.replaceAll('${{', "${{ '${{' }}");
      expect(jobs.publish.defaults.run).toEqual({ 'working-directory': literal });
      expect(jobs.publish.steps[1]?.with).toEqual({ package_json_file: `${literal}/package.json` });
    }),
    { numRuns: 40 },
  );
});

it('writes a job in which all texts of the workspace are escaped', () => {
  assert(
    property(folder, array(odd, { maxLength: 2 }), odd, (where, releases, use) => {
      const variables = [{ name: 'A', isSecret: true, isOptional: false, uses: [use], path: [] }];
      const { 'publish-images': job, ...rest } = render({ folder: where, releases, variables });
      expect(rest).toEqual({});
      expect(job.rules).toEqual([
        ...releases.map((release) => ({ if: `$CI_COMMIT_TAG =~ ${toGitLabPattern(release)}` })),
        { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' },
      ]);
      expect(job.script.slice(0, 3)).toEqual([`cd ${shell(where)}`, 'corepack enable', 'pnpm install --frozen-lockfile']);
      expect(job.artifacts).toEqual({ reports: { dotenv: `${where}/dist/images/publish.env` } });
    }),
    { numRuns: 40 },
  );
});

it.each([
  ['', 'deploy'],
  ['stages: [build, test]\n', 'test'],
  ['stages: [build, deploy, clean]\n', 'deploy'],
  ['stages:\n  - publish images\n', 'publish images'],
  ['stages: [publish, deploy]\n', 'publish'],
  ['spec:\n  inputs: {}\n---\nstages: ["a: #b"]\njob:\n  script: [!reference [.base, script]]\n', 'a: #b'],
  ['stages: !reference [.all, stages]\n', 'deploy'],
  ['stages: [\n', 'deploy'],
  ['.all: &all [build, ship]\nstages: *all\n', 'ship'],
  ['.last: &last ship\nstages: [build, *last]\n', 'ship'],
  ['stages: [build, *gone]\n', 'build'],
  ['stages:\n  - build\n  - !reference [.all, last]\n', 'build'],
  ['- no map\n', 'deploy'],
])('uses an existing stage of %j: %s', (text, stage) => {
  tree.write('.gitlab-ci.yml', text);
  expect(render({})['publish-images'].stage).toBe(stage);
});
