/** The version and tag under which `nx release` publishes an image. */
export interface Released {
  /** Exact version, as given; absent if there is only a docker version. */
  readonly version?: string;
  /** The tag that `release.docker` chose, unchanged. */
  readonly imageTag?: string;
  /** The source of this information; for the plan. */
  readonly reason: string;
}
