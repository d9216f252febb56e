/** What `nx release` publishes an image as. */
export interface Released {
  /** Exact version, as given; none if there is nothing but a docker version. */
  readonly version?: string;
  /** A tag that `release.docker` chose, as it is. */
  readonly imageTag?: string;
  /** How this is known; for the plan. */
  readonly reason: string;
}
