import { isCi, type ProgressMode } from '@nx-oci/publish';

import { isSeen, type OutputMode } from './output/output-mode';

/** Redraws only if nothing else writes there; otherwise prints lines, which cannot be garbled. */
export function chooseProgress(mode: OutputMode, env: NodeJS.ProcessEnv): ProgressMode {
  if (!isSeen(mode)) return 'none';
  return mode !== 'lines' && !isCi(env) && env['TERM'] !== 'dumb' ? 'live' : 'lines';
}
