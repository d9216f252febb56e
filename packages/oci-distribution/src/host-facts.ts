import { headerOf, type RegistryAnswer } from './transport/request';

/** How a host wants us to log in, as it said last time. */
export type KnownLogin = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: string; readonly service?: string };

/**
 * What a registry host was seen to do; absent where nobody knows. Holds no secret, so that it may be kept between runs.
 *
 * Never trusted: what is wrong in it costs a request, not an image.
 */
export interface HostFacts {
  readonly login?: KnownLogin;
  /** It sets the tags of `PUT manifests/<digest>?tag=…`. */
  readonly tagParameter?: boolean;
}

/** What is known of one host now, and learned on the way. */
export class LearnedFacts {
  #isDistribution = false;
  #isMountless: boolean;

  /** @param registry as in references. */
  constructor(
    registry: string,
    private facts: HostFacts = {},
  ) {
    // ECR mounts where an account has switched it on, and only what a manifest names; a 202 of its would mean nothing.
    // See https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
    this.#isMountless = /(^public\.ecr\.aws|(^|\.)ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?$/.test(registry);
  }

  get all(): HostFacts {
    return this.facts;
  }

  /**
   * Whether "mount this from the repository itself" is worth a request instead of a HEAD: its 202 is an upload session, so
   * that nothing is lost where the blob is missing. Where nothing is ever mounted it would only hide what is there.
   */
  get mayMount(): boolean {
    return !this.#isMountless;
  }

  /** For this run: a registry may be taught to mount between two. */
  refuseMounts(): void {
    this.#isMountless = true;
  }

  /** Whether several tags in one request are worth a try. distribution and what is made of it ignore them, and say who they are. */
  get mayTakeTags(): boolean {
    return this.facts.tagParameter ?? !this.#isDistribution;
  }

  learn(facts: HostFacts): void {
    this.facts = { ...this.facts, ...facts };
  }

  /** Looks at the headers of any answer that is the host's own. */
  notice(answer: Pick<RegistryAnswer, 'headers'>): void {
    if (headerOf(answer, 'docker-distribution-api-version') !== undefined) this.#isDistribution = true;
    // Artifactory never mounts. See https://github.com/bazel-contrib/rules_img/blob/main/docs/registry-support.md
    if (Object.keys(answer.headers).some((name) => name.startsWith('x-artifactory-') || name.startsWith('x-jfrog-'))) {
      this.#isMountless = true;
    }
  }
}
