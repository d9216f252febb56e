import { OciError, type Descriptor, type Lookup } from '@nx-oci/model';

/** Whether a registry said what a tag points at. */
export function isFound(there: Lookup): there is Descriptor {
  return there !== undefined && there !== 'unknown';
}

/** Said of a tag that is left alone, since the registry did not say what it points at. */
export const TAG_UNKNOWN = 'this registry does not say whether the tag exists';

/** What a registry may have under a name that is never to mean anything else. */
export function refuseUnknown(place: string, tags: readonly string[]): OciError {
  return new OciError(
    'DENIED',
    `Cannot set ${tags.join(', ')} at ${place}: the registry does not say whether ${tags.length === 1 ? 'this tag exists' : 'these tags exist'}.`,
    {
      hint: 'Give the login pull access as well as push access. If nothing else writes these tags, `guard: false` for this registry (or --force) sets them anyway.',
    },
  );
}
