import { type ImageReference } from '@nx-oci/model';

/** The images of an entry of `mirrors`: the one in `from`, and the further tags of its repository. */
export function expandMirror(from: ImageReference, tags: readonly string[]): readonly ImageReference[] {
  const { registry, repository } = from;
  const own = from.tag === undefined && from.digest === undefined ? [] : [from];
  const further = [...new Set(tags)].filter((tag) => tag !== from.tag).map((tag) => ({ registry, repository, tag }));
  return own.length + further.length === 0 ? [{ ...from, tag: 'latest' }] : [...own, ...further];
}
