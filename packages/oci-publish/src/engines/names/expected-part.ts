/** One platform of an image that a machine of its own makes. */
export interface ExpectedPart {
  /** `linux/arm64` */
  readonly platform: string;
  /** The task of Nx that makes it: `api:image-linux-arm64`. */
  readonly task: string;
}

/** A built image in messages: `its image`, or `its part for linux/arm64`. */
export function describeBuilt(part: Pick<ExpectedPart, 'platform'> | undefined): string {
  return part === undefined ? 'its image' : `its part for ${part.platform}`;
}
