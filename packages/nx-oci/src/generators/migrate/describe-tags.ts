import { computeTags, readTagRules, reasonToHold, type TagFacts } from '@nx-oci/publish';

import { type Condition } from './expressions/conditions';
import { type TranslatedTags } from './metadata-action/translate-tags';

const COMMIT = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';

type Event = Pick<TagFacts, 'event' | 'branch' | 'gitTags' | 'pullRequest'> & {
  readonly isOnDefaultBranch?: boolean;
  readonly release?: string;
};

/** The events that a pipeline usually publishes on. */
const EVENTS: Readonly<Record<string, Event>> = {
  'push to {defaultBranch}': { event: 'push', branch: '{defaultBranch}', gitTags: [], pullRequest: undefined, isOnDefaultBranch: true },
  'push to feat/login': { event: 'push', branch: 'feat/login', gitTags: [], pullRequest: undefined },
  'pull request 12': {
    event: 'pullRequest',
    branch: 'feat/login',
    gitTags: [],
    pullRequest: { number: '12', isFork: false, targetBranch: '{defaultBranch}' },
  },
  'git tag v1.2.3': { event: 'tag', branch: undefined, gitTags: ['v1.2.3'], pullRequest: undefined, release: '1.2.3' },
};

interface Workspace {
  readonly projectName: string;
  readonly defaultBranch: string;
  /** Events on which the former pipeline ran; absent if that is not known. */
  readonly runsOn?: Condition | undefined;
}

/**
 * What a list of tags gives on the usual events, one line each: `git tag v1.2.3: 1.2.3, 1.2, latest`; with what is different from
 * before: tags that do not move from there, and events on which the former pipeline did not run.
 *
 * @throws Error if there is a mistake in the list, which we translated
 */
export function describeTags({ tags, env }: Pick<TranslatedTags, 'tags' | 'env'>, workspace: Workspace): readonly string[] {
  const { rules, problems } = readTagRules(tags, 'v');
  if (problems.length > 0) throw new Error(`A translated list of tags is wrong: ${JSON.stringify({ tags, problems })}`);
  return Object.entries(EVENTS).map(([title, event]) => {
    const facts = factsOf(event, env, workspace);
    const computed = computeTags(rules, facts).tags.map((wanted) => ({ tag: wanted.tag, reason: reasonToHold(wanted, holdFacts(facts)) }));
    const set = computed.filter(({ reason }) => reason === undefined).map(({ tag }) => tag);
    const held = computed.filter(({ reason }) => reason !== undefined);
    const [first] = held;
    const didRun = workspace.runsOn === undefined || hasRun(workspace.runsOn, facts);
    return (
      [
        `${title.replaceAll('{defaultBranch}', workspace.defaultBranch)}: ${set.length === 0 ? 'nothing' : set.join(', ')}`,
        ...(first === undefined || !didRun
          ? []
          : [
              `before also ${held.map(({ tag }) => tag).join(', ')}, which now only ${verb(held)} from ${workspace.defaultBranch} or for a release`,
            ]),
      ].join('; ') + (didRun || set.length === 0 ? '' : ' (the old pipeline does not run then)')
    );
  });
}

function verb(tags: readonly unknown[]): string {
  return tags.length === 1 ? 'moves' : 'move';
}

function factsOf(
  { isOnDefaultBranch = false, release, ...event }: Event,
  env: readonly string[],
  { projectName, defaultBranch }: Workspace,
): TagFacts {
  return {
    ...event,
    projectName,
    commit: COMMIT,
    commitTime: '2026-01-31T12:00:00Z',
    isDirty: false,
    branch: event.branch?.replaceAll('{defaultBranch}', defaultBranch),
    defaultBranch,
    isOnDefaultBranch,
    pullRequest: event.pullRequest && { ...event.pullRequest, targetBranch: defaultBranch },
    version: { release, line: release, reason: 'an example' },
    contentHash: undefined,
    nowMs: Date.parse('2026-01-31T12:00:00Z'),
    env: Object.fromEntries(env.map((name) => [name, name])),
  };
}

function holdFacts({ branch, defaultBranch, isOnDefaultBranch, event, version }: TagFacts): Parameters<typeof reasonToHold>[1] {
  const ci = { event, branch } as Parameters<typeof reasonToHold>[1]['git']['ci'];
  return {
    git: { branch, defaultBranch, isOnDefaultBranch, isDirty: false, changedFiles: { count: 0, named: [] }, ci },
    isRelease: version.release !== undefined,
    isForced: false,
    isGuarded: true,
  };
}

function hasRun(runsOn: Condition, facts: TagFacts): boolean {
  const { rules } = readTagRules(
    runsOn.map((when) => ({ literal: 'runs', when })),
    'v',
  );
  return computeTags(rules, facts).tags.length > 0;
}
