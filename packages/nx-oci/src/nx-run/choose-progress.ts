import { isCi, type ProgressMode } from '@nx-oci/publish';

import { isSeen, type OutputMode } from './output/output-mode';

/** Redraws only where nobody else writes; elsewhere it gives lines, which nothing can garble. */
export function chooseProgress(mode: OutputMode, env: NodeJS.ProcessEnv): ProgressMode {
  if (!isSeen(mode)) return 'none';
  return mode !== 'lines' && !isCi(env) && env['TERM'] !== 'dumb' ? 'live' : 'lines';
}
