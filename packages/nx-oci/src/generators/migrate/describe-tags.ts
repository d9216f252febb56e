import { type TranslatedTags } from './metadata-action/translate-tags';
import { computeTags, readTagRules, type TagFacts } from '@nx-oci/publish';

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

/**
 * What a list of tags gives on the usual events, one line each: `git tag v1.2.3: 1.2.3, 1.2, latest`.
 *
 * @throws Error if there is a mistake in the list, which we translated
 */
export function describeTags(
  { tags, env }: Pick<TranslatedTags, 'tags' | 'env'>,
  { projectName, defaultBranch }: { readonly projectName: string; readonly defaultBranch: string },
): readonly string[] {
  const { rules, problems } = readTagRules(tags, 'v');
  if (problems.length > 0) throw new Error(`A translated list of tags is wrong: ${JSON.stringify({ tags, problems })}`);
  return Object.entries(EVENTS).map(([title, { isOnDefaultBranch = false, release, ...event }]) => {
    const named = (text: string) => text.replaceAll('{defaultBranch}', defaultBranch);
    const facts: TagFacts = {
      ...event,
      projectName,
      commit: COMMIT,
      commitTime: '2026-01-31T12:00:00Z',
      isDirty: false,
      branch: event.branch === undefined ? undefined : named(event.branch),
      defaultBranch,
      isOnDefaultBranch,
      pullRequest: event.pullRequest && { ...event.pullRequest, targetBranch: defaultBranch },
      version: { release, line: release, reason: 'an example' },
      contentHash: undefined,
      nowMs: Date.parse('2026-01-31T12:00:00Z'),
      env: Object.fromEntries(env.map((name) => [name, '42'])),
    };
    const names = computeTags(rules, facts).tags.map(({ tag }) => tag);
    return `${named(title)}: ${names.length === 0 ? 'nothing' : names.join(', ')}`;
  });
}
