import { headerOf, type RegistryAnswer } from '../transport/request';

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
  /** It stores what comes with the request that opens an upload; `false`: it answered that with an empty upload. */
  readonly oneRequestUpload?: boolean;
  /** It refused a blob in one piece, and took it in chunks of this size. */
  readonly chunkBytes?: number;
}

/** What is known of one host now, and learned on the way. */
export class LearnedFacts {
  #isDistribution = false;
  #isMountless: boolean;
  #isSharing = false;
  #isUploadTried = false;
  #lacksReferrers = false;
  #endsUploadsEmpty = false;
  #isHeadTrusted = true;

  /** Whether a blob that is too large for one request may be sent in chunks. */
  readonly mayTakeChunks: boolean;

  /** @param registry as in references. */
  constructor(
    registry: string,
    private facts: HostFacts = {},
  ) {
    // ECR drops all chunks but the first, Google takes none, GHCR no large ones.
    // See https://github.com/aws/containers-roadmap/issues/2831 and https://github.com/dotnet/sdk-container-builds/issues/287
    this.mayTakeChunks = !/(^ghcr\.io|(^|[.-])gcr\.io|\.pkg\.dev|(^|\.)ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?$/.test(registry);
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

  /**
   * Whether a repository has by itself what its siblings have, and mounts nothing: then a HEAD tells what a mount would on
   * other hosts.
   */
  get isSharing(): boolean {
    return this.#isSharing;
  }

  /** For this run: a registry may be taught to mount between two. */
  refuseMounts(): void {
    this.#isMountless = true;
  }

  /** Whether several tags in one request are worth a try. distribution and what is made of it ignore them, and say who they are. */
  get mayTakeTags(): boolean {
    return this.facts.tagParameter ?? !this.#isDistribution;
  }

  /**
   * Whether it may be tried now if this host takes a blob in one request. Asked by many at once, granted to one. distribution
   * and what is made of it do not: https://github.com/distribution/distribution/issues/1170
   */
  claimUploadTrial(): boolean {
    if (this.#isUploadTried || this.#isDistribution || this.facts.oneRequestUpload !== undefined) return false;
    this.#isUploadTried = true;
    return true;
  }

  /** For this run: the refusal may have had another reason. */
  refuseOneRequestUpload(): void {
    this.#isUploadTried = true;
    this.facts = { ...this.facts, oneRequestUpload: undefined };
  }

  /** Whether the request that ends an upload in chunks may carry none. For this run: nearly all hosts take the last chunk with it. */
  get endsUploadsEmpty(): boolean {
    return this.#endsUploadsEmpty;
  }

  noteEmptyEnd(): void {
    this.#endsUploadsEmpty = true;
  }

  /** Whether it was seen to have no referrers API. For this run: a registry learns it with an update. */
  get lacksReferrers(): boolean {
    return this.#lacksReferrers;
  }

  /** Whether a HEAD may be believed that something is missing. For this run: the proxy that lies may be mended. */
  get isHeadTrusted(): boolean {
    return this.#isHeadTrusted;
  }

  distrustHead(): void {
    this.#isHeadTrusted = false;
  }

  noteNoReferrers(): void {
    this.#lacksReferrers = true;
  }

  learn(facts: HostFacts): void {
    this.facts = { ...this.facts, ...facts };
  }

  /** Looks at the headers of any answer that is the host's own. */
  notice(answer: Pick<RegistryAnswer, 'headers'>): void {
    if (headerOf(answer, 'docker-distribution-api-version') !== undefined) this.#isDistribution = true;
    // Artifactory. See https://github.com/bazel-contrib/rules_img/blob/main/docs/registry-support.md
    if (Object.keys(answer.headers).some((name) => name.startsWith('x-artifactory-') || name.startsWith('x-jfrog-'))) {
      this.#isMountless = true;
      this.#isSharing = true;
    }
  }
}
