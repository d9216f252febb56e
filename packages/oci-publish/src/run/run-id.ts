import { randomUUID } from 'node:crypto';

import { readProcessStat } from '@nx-oci/model';

/** Set before the first task of a run starts; every process of the run inherits it. */
export const RUN_ID_VARIABLE = 'NX_OCI_RUN_ID';

export function makeRunId(): string {
  return randomUUID();
}

/**
 * Which run this process belongs to.
 *
 * @param nxPid the Nx process, which all task processes of a run share: identifies a run if the plugin is not listed in nx.json
 *   and so could not set the variable.
 */
export function runIdOf(env: NodeJS.ProcessEnv, nxPid: number): string {
  const id = env[RUN_ID_VARIABLE] ?? '';
  if (/^[\w-]{1,64}$/.test(id)) return id;
  // If the start time is unknown, records of an older process with the same id expire by age.
  const start = readProcessStat(nxPid)?.start;
  return `pid-${nxPid}${start === undefined ? '' : `-${start}`}`;
}
