import { OciError, type Descriptor, type Lookup } from '@nx-oci/model';

/** Whether the target of a tag is known. */
export function isFound(there: Lookup): there is Descriptor {
  return there !== undefined && there !== 'unknown';
}

/** The reason for a tag that is not changed because its state is unknown. */
export const TAG_UNKNOWN = 'this registry does not say whether the tag exists';

/** Immutable tags whose state is unknown. */
export function refuseUnknown(destination: string, tags: readonly string[]): OciError {
  return new OciError(
    'DENIED',
    `Cannot set ${tags.join(', ')} at ${destination}: the registry does not say whether ${tags.length === 1 ? 'this tag exists' : 'these tags exist'}.`,
    {
      hint: 'Give the login pull access as well as push access. If nothing else writes these tags, `guard: false` for this registry (or --force) sets them anyway.',
    },
  );
}
