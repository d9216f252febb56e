import { z } from 'zod';

import { toSourceUrl } from '../facts/remote-url';
import { matchSchema } from '../../text/match-schema';
import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { present } from '../facts/present';

const repository = z.object({ full_name: z.string(), default_branch: z.string().optional() });

// https://docs.github.com/en/webhooks/webhook-events-and-payloads: only the fields that we read.
const payload = z.object({
  repository: repository.optional().catch(undefined),
  // For a pushed git tag: a branch that it is the tip of, if there is one.
  base_ref: z.string().nullish().catch(undefined),
  pull_request: z
    .object({
      number: z.int().positive(),
      base: z.object({ ref: z.string() }).optional().catch(undefined),
      // `null` if the fork was deleted meanwhile.
      head: z.object({ ref: z.string(), repo: repository.nullable() }),
    })
    .optional()
    .catch(undefined),
  workflow_run: z
    .object({ event: z.string(), head_branch: z.string().nullish(), head_repository: repository.nullable() })
    .optional()
    .catch(undefined),
});
type Payload = z.infer<typeof payload>;

// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
const EVENTS: Readonly<Record<string, CiEvent>> = {
  push: 'push',
  schedule: 'schedule',
  workflow_dispatch: 'manual',
  repository_dispatch: 'manual',
  release: 'tag',
  pull_request: 'pullRequest',
  // Runs with the secrets of the base repository, even for a fork: it must count as a pull request.
  pull_request_target: 'pullRequest',
  pull_request_review: 'pullRequest',
  merge_group: 'pullRequest',
};

/**
 * GITHUB_EVENT_NAME, GITHUB_REF_TYPE and GITHUB_REF_NAME (else GITHUB_REF), GITHUB_SHA, GITHUB_HEAD_REF and GITHUB_BASE_REF (for
 * pull requests only).
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function readGitHubActions(env: Environment, event: unknown): CiFacts | undefined {
  if (env['GITHUB_ACTIONS'] !== 'true') return undefined;
  const details: Payload = matchSchema(payload, event).data ?? {};
  const ref = readRef(env);
  const pullRequest = readPullRequest(env, details);
  const kind = EVENTS[env['GITHUB_EVENT_NAME'] ?? ''] ?? 'other';
  // For any event of a pull request (such as a review comment), its merge is checked out.
  const isOfPullRequest = details.pull_request !== undefined || env['GITHUB_REF']?.startsWith('refs/pull/') === true;
  return {
    system: 'GitHub Actions',
    event: isOfPullRequest ? 'pullRequest' : ref.tag !== undefined && kind === 'push' ? 'tag' : kind,
    ...present({
      branch: env['GITHUB_HEAD_REF'] || ref.branch,
      tag: ref.tag,
      baseBranch: ref.tag === undefined ? undefined : /^refs\/heads\/(.+)$/s.exec(details.base_ref ?? '')?.[1],
      commit: env['GITHUB_SHA'],
      sourceUrl: readSourceUrl(env),
      defaultBranch: details.repository?.default_branch,
      pullRequest,
    }),
  };
}

/** Servers that emulate GitHub Actions set one or the other. */
function readRef(env: Environment): { readonly branch?: string | undefined; readonly tag?: string | undefined } {
  const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name, GITHUB_REF: ref = '' } = env;
  if (type === 'tag' || type === 'branch') return { [type]: name };
  const [, kind, rest] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (kind === undefined) return {};
  return kind === 'tags' ? { tag: rest } : { branch: rest };
}

function readSourceUrl({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name }: Environment): string | undefined {
  return server && name ? toSourceUrl(`${server}/${name}`) : undefined;
}

function readPullRequest(env: Environment, details: Payload): PullRequest | undefined {
  const here = details.repository?.full_name ?? env['GITHUB_REPOSITORY'];
  if (details.pull_request !== undefined) {
    const { number, head, base } = details.pull_request;
    const source = head.repo?.full_name ?? 'a repository that was deleted';
    return { number: String(number), isFork: source !== here, source, ...present({ targetBranch: base?.ref }) };
  }
  if (details.workflow_run?.event.startsWith('pull_request')) return readTriggering(details.workflow_run, here);
  // Without the event file: refs/pull/NUMBER/merge.
  const number = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1];
  return number === undefined ? undefined : { number, isFork: false, ...present({ targetBranch: env['GITHUB_BASE_REF'] }) };
}

/** A workflow that runs after one of a pull request has secrets that the fork's own run did not have. */
function readTriggering(run: NonNullable<Payload['workflow_run']>, here: string | undefined): PullRequest | undefined {
  const source = run.head_repository?.full_name ?? 'a repository that was deleted';
  return source === here ? undefined : { isFork: true, source };
}
