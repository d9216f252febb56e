import { isCi, type ProgressMode } from '@nx-oci/publish';

import { isSeen, type Place } from './place/choose-place';

/** Redraws only where nobody else writes; elsewhere it gives lines, which nothing can garble. */
export function chooseProgress(place: Place, env: NodeJS.ProcessEnv): ProgressMode {
  if (!isSeen(place)) return 'none';
  return place !== 'lines' && !isCi(env) && env['TERM'] !== 'dumb' ? 'live' : 'lines';
}
