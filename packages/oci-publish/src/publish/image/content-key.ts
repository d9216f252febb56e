import { isImageSpecificLabel, type ImageConfig } from '@nx-oci/model';

import { digestBuild } from '../../engines/names/digest-build';

/**
 * The same for two images of the same layers and settings, whatever they were stamped with: one as it was built, and one that
 * was published or put on a newer base.
 */
export function contentKey(layers: readonly { readonly digest: string }[], { created: _created, config, ...rest }: ImageConfig): string {
  const { Labels: labels = {}, ...settings } = config ?? {};
  const own = Object.fromEntries(Object.entries(labels).filter(([name]) => !isImageSpecificLabel(name)));
  return digestBuild({ ...rest, config: { ...settings, labels: own }, layers: layers.map(({ digest }) => digest) });
}
