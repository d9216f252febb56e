import { toSourceUrl } from '../facts/remote-url';
import { type CiFacts, type Environment } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

/**
 * CODEBUILD_WEBHOOK_TRIGGER (`branch/NAME`, `tag/NAME` or `pr/NUMBER`; only for builds started by a webhook),
 * CODEBUILD_WEBHOOK_HEAD_REF and _BASE_REF, CODEBUILD_SOURCE_VERSION (the requested version: a branch, a tag, `pr/NUMBER` or a commit; only
 * `refs/…` says which) and CODEBUILD_RESOLVED_SOURCE_VERSION. Whether a pull request comes from a fork is unknown.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 */
export function readCodeBuild(env: Environment): CiFacts | undefined {
  if (!env['CODEBUILD_BUILD_ID']) return undefined;
  const { kind, name } = readTrigger(env);
  const number = kind === 'pr' ? asNumber(name) : undefined;
  const pullRequest =
    number === undefined ? undefined : { number, isFork: false, ...present({ targetBranch: branchIn(env['CODEBUILD_WEBHOOK_BASE_REF']) }) };
  const isWebhook = Boolean(env['CODEBUILD_WEBHOOK_TRIGGER']);
  return {
    system: 'AWS CodeBuild',
    event: kind === 'pr' ? 'pullRequest' : !isWebhook ? 'manual' : kind === 'tag' ? 'tag' : 'push',
    ...present({
      branch: kind === 'branch' ? name : branchIn(env['CODEBUILD_WEBHOOK_HEAD_REF']),
      tag: kind === 'tag' ? name : undefined,
      commit: env['CODEBUILD_RESOLVED_SOURCE_VERSION'],
      sourceUrl: toSourceUrl(env['CODEBUILD_SOURCE_REPO_URL'] ?? ''),
      pullRequest,
    }),
  };
}

function readTrigger(env: Environment): { readonly kind?: string | undefined; readonly name?: string | undefined } {
  const { CODEBUILD_WEBHOOK_TRIGGER: trigger = '', CODEBUILD_SOURCE_VERSION: asked = '' } = env;
  const [, kind, name] = /^(branch|tag|pr)\/(.+)$/s.exec(trigger) ?? /^(pr)\/(\d+)$/.exec(asked) ?? [];
  if (kind !== undefined) return { kind, name };
  const [, place, rest] = /^refs\/(heads|tags)\/(.+?)(?:\^\{.*\})?$/s.exec(asked) ?? [];
  return place === undefined ? {} : { kind: place === 'tags' ? 'tag' : 'branch', name: rest };
}

function branchIn(ref: string | undefined): string | undefined {
  return /^refs\/heads\/(.+)$/s.exec(ref ?? '')?.[1];
}
