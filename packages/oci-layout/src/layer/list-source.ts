import type { LayerEntry } from './layer-entry';
import type { LayerSource } from './layer-source';
import { normalizeSource } from './normalize-source';
import { walkSource } from './walk-source';

/**
 * Lists what a source would bring into a layer now, in no particular order; `undefined` where it is not there.
 *
 * For comparing with what it brought: what a build would refuse (a socket, a pattern that matches nothing) is passed over.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export async function listSource(source: LayerSource): Promise<readonly LayerEntry[] | undefined> {
  const { entries, problems } = await walkSource(normalizeSource(source));
  return problems.some(({ kind }) => kind === 'missing') ? undefined : entries;
}
