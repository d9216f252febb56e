/** The login method that a host asked for last time. */
export type KnownLogin = { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly realm: string; readonly service?: string };

/**
 * What a registry host was seen to support; absent if unknown. Contains no secret, so that it may be stored between runs.
 *
 * Never trusted: a wrong value costs a request, not an image.
 */
export interface RegistryCapabilities {
  readonly login?: KnownLogin;
  /** The host sets the tags of `PUT manifests/<digest>?tag=…`. */
  readonly tagParameter?: boolean;
  /** The host stores a blob sent with the request that opens an upload; `false`: it ignored the content. */
  readonly oneRequestUpload?: boolean;
  /** The host refused a blob as a whole, and accepted it in chunks of this size. */
  readonly chunkBytes?: number;
}

/** What is known about one host, updated during a run. */
export class ObservedCapabilities {
  #isDistribution = false;
  #isMountless: boolean;
  #isSharing = false;
  #isUploadTried = false;
  #lacksReferrers = false;
  #endsUploadsEmpty = false;
  #isHeadTrusted = true;

  /** Whether a blob that is too large for one request may be sent in chunks. */
  readonly maySupportChunks: boolean;

  /** @param registry as in references. */
  constructor(
    registry: string,
    private facts: RegistryCapabilities = {},
  ) {
    // ECR drops all chunks but the first, Google accepts none, GHCR no large ones.
    // See https://github.com/aws/containers-roadmap/issues/2831 and https://github.com/dotnet/sdk-container-builds/issues/287
    this.maySupportChunks = !/(^ghcr\.io|(^|[.-])gcr\.io|\.pkg\.dev|(^|\.)ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?$/.test(registry);
    // ECR mounts only if the account enabled it, and only what a manifest names; its 202 means nothing.
    // See https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
    this.#isMountless = /(^public\.ecr\.aws|(^|\.)ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)(:\d+)?$/.test(registry);
  }

  get all(): RegistryCapabilities {
    return this.facts;
  }

  /**
   * Whether to mount a blob from its own repository instead of sending a HEAD: if the blob is missing, the 202 already opens
   * the upload session. A host that never mounts would answer 202 even if the blob exists.
   */
  get supportsMount(): boolean {
    return !this.#isMountless;
  }

  /**
   * Whether all repositories of the host share their blobs and nothing can be mounted: then a HEAD shows what a mount would show
   * on other hosts.
   */
  get sharesBlobs(): boolean {
    return this.#isSharing;
  }

  /** For this run: a later version of the registry may support it. */
  disableMounts(): void {
    this.#isMountless = true;
  }

  /** Whether to try several tags in one request. distribution and its derivatives ignore them, and identify themselves. */
  get maySupportTagParameter(): boolean {
    return this.facts.tagParameter ?? !this.#isDistribution;
  }

  /**
   * Whether the caller may now try to upload a blob in one request; of many callers, only one gets `true`. distribution and its
   * derivatives do not support it: https://github.com/distribution/distribution/issues/1170
   */
  claimOneRequestTrial(): boolean {
    if (this.#isUploadTried || this.#isDistribution || this.facts.oneRequestUpload !== undefined) return false;
    this.#isUploadTried = true;
    return true;
  }

  /** For this run: the refusal may have had another reason. */
  forgetOneRequestUpload(): void {
    this.#isUploadTried = true;
    this.facts = { ...this.facts, oneRequestUpload: undefined };
  }

  /** Whether the request that ends a chunked upload must be empty. For this run: nearly all hosts accept the last chunk with it. */
  get endsUploadsEmpty(): boolean {
    return this.#endsUploadsEmpty;
  }

  recordEmptyEnd(): void {
    this.#endsUploadsEmpty = true;
  }

  /** Whether the host has no referrers API. For this run: an update of the registry may add it. */
  get lacksReferrers(): boolean {
    return this.#lacksReferrers;
  }

  /** Whether a HEAD is reliable about missing content. For this run: the proxy in between may be fixed. */
  get isHeadTrusted(): boolean {
    return this.#isHeadTrusted;
  }

  distrustHead(): void {
    this.#isHeadTrusted = false;
  }

  recordMissingReferrers(): void {
    this.#lacksReferrers = true;
  }

  learn(facts: RegistryCapabilities): void {
    this.facts = { ...this.facts, ...facts };
  }

  /** Reads the headers of any answer of the host itself. */
  observe({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): void {
    if (headers['docker-distribution-api-version'] !== undefined) this.#isDistribution = true;
    // Artifactory. See https://github.com/bazel-contrib/rules_img/blob/main/docs/registry-support.md
    if (Object.keys(headers).some((name) => name.startsWith('x-artifactory-') || name.startsWith('x-jfrog-'))) {
      this.#isMountless = true;
      this.#isSharing = true;
    }
  }
}
