import { isCi, type ProgressMode } from '@nx-oci/publish';

import { isSeen, type OutputMode } from './output/output-mode';

/**
 * Redraws only if nothing else writes there; otherwise prints lines, which cannot be garbled. `NX_OCI_PROGRESS=lines` asks for lines
 * everywhere, for instance for a screen reader, `none` for neither.
 */
export function chooseProgress(mode: OutputMode, env: NodeJS.ProcessEnv): ProgressMode {
  const { NX_OCI_PROGRESS: asked, TERM: term } = env;
  if (!isSeen(mode) || asked === 'none') return 'none';
  return mode !== 'lines' && asked !== 'lines' && !isCi(env) && term !== 'dumb' ? 'live' : 'lines';
}
