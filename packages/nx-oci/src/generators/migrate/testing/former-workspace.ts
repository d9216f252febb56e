import { addProjectConfiguration, updateJson, type ProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

/** Events on which the tests compare what is published. */
export const EVENTS = ['main', 'feature', 'pull', 'release'] as const;
export type EventName = (typeof EVENTS)[number];

/** The commit of all of them. */
export const COMMIT = '860c1904a1ce19322e91ac35af1ab07466440c37';

/** A public workspace, retold small: how it publishes, and what that gives. */
export interface FormerWorkspace {
  /** What is special about it. */
  readonly shape: string;
  /** Where the shape is from: `owner/repository`. */
  readonly seenIn: string;
  readonly projects: Readonly<Record<string, Partial<ProjectConfiguration> & { readonly root: string }>>;
  /** By path; Dockerfiles that are not beside their project, workflows, actions. */
  readonly files: Readonly<Record<string, string>>;
  readonly nxJson?: object;
  /** By project: the references that its image gets, from reading the documentation of the tools, not our translation. */
  readonly before: Readonly<Record<string, Readonly<Record<EventName, readonly string[]>>>>;
  /** Options of the target `image`, by project. */
  readonly image?: Readonly<Record<string, object>>;
  /** Lines of the output. */
  readonly says?: readonly (RegExp | string)[];
}

const DOCKERFILE = 'FROM docker.io/library/node:22-slim AS build\nFROM build AS runtime\nCOPY . /app\n';

/** The repository is `acme/shop` on GitHub, with `main`. */
export function writeFormerWorkspace({ projects, files, nxJson = {} }: FormerWorkspace): Tree {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:acme/shop' }));
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, defaultBase: 'main', ...nxJson }));
  for (const [name, { root, ...project }] of Object.entries(projects)) {
    addProjectConfiguration(tree, name, { root, projectType: 'application', targets: {}, ...project });
    tree.write(`${root}/main.js`, '');
    if (!Object.keys(files).some((path) => path.startsWith(`${root}/`) && /Dockerfile/.test(path)))
      tree.write(`${root}/Dockerfile`, DOCKERFILE);
  }
  for (const [path, text] of Object.entries(files)) tree.write(path, text === '' ? DOCKERFILE : text);
  return tree;
}

/** A workflow of GitHub Actions. */
export function workflowOf(on: string, jobs: string, head = ''): string {
  return `name: images\non:\n${indent(on, 2)}\n${head}jobs:\n${indent(jobs, 2)}\n`;
}

export function indent(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(by)}${line}`)
    .join('\n');
}
