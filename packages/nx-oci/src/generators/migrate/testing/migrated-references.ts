import { type Tree } from '@nx/devkit';
import { computeTags, readTagRules, reasonToHold, type TagFacts } from '@nx-oci/publish';
import { parse } from 'yaml';

import { COMMIT, type EventName } from './former-workspace';

interface Registries {
  readonly registries: Readonly<Record<string, { readonly host: string; readonly namespace?: string }>>;
  readonly publish?: PublishOptions;
}

interface PublishOptions {
  readonly image?: string;
  readonly registries?: readonly string[];
  readonly tags?: readonly unknown[];
  readonly exactVersion?: boolean;
  readonly env?: readonly string[];
}

interface Target {
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Variables of the jobs. */
const VARIABLES: Readonly<Record<string, string>> = {
  GITHUB_REPOSITORY_OWNER: 'acme',
  ECR_REGISTRY: '1.dkr.ecr.eu-west-1.amazonaws.com',
  GITHUB_RUN_NUMBER: 'GITHUB_RUN_NUMBER',
  RELEASE: 'RELEASE',
};

const FACTS: Readonly<Record<EventName, Pick<TagFacts, 'event' | 'branch' | 'gitTags' | 'isOnDefaultBranch'> & Partial<TagFacts>>> = {
  main: { event: 'push', branch: 'main', gitTags: [], isOnDefaultBranch: true },
  feature: { event: 'push', branch: 'feat/login', gitTags: [], isOnDefaultBranch: false },
  pull: {
    event: 'pullRequest',
    branch: 'feat/login',
    gitTags: [],
    isOnDefaultBranch: false,
    pullRequest: { number: '12', isFork: false, targetBranch: 'main' },
  },
  release: {
    event: 'tag',
    branch: undefined,
    gitTags: ['v1.2.3'],
    isOnDefaultBranch: false,
    version: { release: '1.2.3', line: '1.2.3', reason: 'its git tag' },
  },
};

/** Options of a target that the migration wrote. */
export function targetOptions(tree: Tree, root: string, target: string): Readonly<Record<string, unknown>> {
  const { targets = {} } = JSON.parse(tree.read(`${root}/project.json`, 'utf8') ?? '{}') as { readonly targets?: Record<string, Target> };
  return targets[target]?.options ?? {};
}

/** The references that a publish sets on an event, with what the migration wrote; sorted. */
export function migratedReferences(
  tree: Tree,
  project: { readonly name: string; readonly root: string },
  on: EventName,
): readonly string[] {
  const { registries, publish = {} } = parse(tree.read('registries.yaml', 'utf8') ?? '') as Registries;
  const options: PublishOptions = { ...publish, ...(targetOptions(tree, project.root, 'publish') as PublishOptions) };
  if (options.exactVersion !== false) throw new Error('A migrated list is complete: it needs exactVersion: false.');
  const { rules, problems } = readTagRules(options.tags ?? [], 'v');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const tags = computeTags(rules, factsOn(on, project.name)).tags.filter((tag) => reasonToHold(tag, holdFacts(on)) === undefined);
  const fill = (text: string) => text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => VARIABLES[name] ?? whole);
  const names = (options.registries ?? []).map((name) => {
    const { host, namespace } = registries[name] ?? { host: `no registry ${name}` };
    return fill([host, namespace, options.image ?? project.name].filter(Boolean).join('/'));
  });
  return names.flatMap((name) => tags.map(({ tag }) => `${name}:${tag}`)).sort();
}

function factsOn(on: EventName, projectName: string): TagFacts {
  return {
    projectName,
    commit: COMMIT,
    commitTime: '2026-01-31T12:00:00Z',
    isDirty: false,
    defaultBranch: 'main',
    pullRequest: undefined,
    version: { release: undefined, line: undefined, reason: 'no release' },
    contentHash: undefined,
    nowMs: Date.parse('2026-01-31T12:00:00Z'),
    env: VARIABLES,
    ...FACTS[on],
  };
}

function holdFacts(on: EventName): Parameters<typeof reasonToHold>[1] {
  const { branch, isOnDefaultBranch, event, pullRequest } = factsOn(on, '');
  const ci = { event, branch, pullRequest, system: 'GitHub' } as unknown as Parameters<typeof reasonToHold>[1]['git']['ci'];
  return {
    git: {
      branch: on === 'release' ? undefined : branch,
      defaultBranch: 'main',
      isOnDefaultBranch,
      isDirty: false,
      changedFiles: { count: 0, named: [] },
      ci,
    },
    isRelease: on === 'release',
    isForced: false,
    isGuarded: true,
  };
}
