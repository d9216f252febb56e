import { isCi } from '../is-ci';
import { isSeen, type Place } from '../place/choose-place';

/** How progress is shown: redrawn in place, now and then as a line, or not at all. */
export type ProgressMode = 'live' | 'lines' | 'none';

/** Redraws only where nobody else writes; elsewhere it gives lines, which nothing can garble. */
export function chooseProgress(place: Place, env: NodeJS.ProcessEnv): ProgressMode {
  if (!isSeen(place)) return 'none';
  return place !== 'lines' && !isCi(env) && env['TERM'] !== 'dumb' ? 'live' : 'lines';
}
