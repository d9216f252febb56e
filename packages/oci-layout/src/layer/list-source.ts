import type { LayerEntry } from './layer-entry';
import type { LayerSource } from './layer-source';
import { normalizeSource } from './normalize-source';
import { walkSource } from './walk-source';

/**
 * Lists the entries that a source would add to a layer now, in no particular order; `undefined` if it does not exist.
 *
 * For comparisons with an earlier build: problems that a build would report (a socket, a pattern without matches) are ignored.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export async function listSource(source: LayerSource): Promise<readonly LayerEntry[] | undefined> {
  const { entries, problems } = await walkSource(normalizeSource(source));
  return problems.some(({ kind }) => kind === 'missing') ? undefined : entries;
}
