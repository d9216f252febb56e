import { OciError, type Descriptor, type Lookup } from '@nx-oci/model';

/** Whether a registry said what a tag points at. */
export function isFound(there: Lookup): there is Descriptor {
  return there !== undefined && there !== 'unknown';
}

/** Said of a tag that is left alone, since the registry did not say what it points at. */
export const TAG_UNKNOWN = 'this registry did not say whether the tag is set';

/** What a registry may have under a name that is never to mean anything else. */
export function refuseUnknown(place: string, tags: readonly string[]): OciError {
  return new OciError(
    'DENIED',
    `Cannot set ${tags.join(', ')} at ${place}: the registry did not say whether ${tags.length === 1 ? 'this tag is' : 'these tags are'} set already.`,
    {
      hint: 'Give the login the right to pull as well as to push. Where nobody else writes these tags, `guard: false` for this registry (or --force) sets them all the same.',
    },
  );
}
