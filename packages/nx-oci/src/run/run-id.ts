import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Set before the first task of a run starts; every process of the run inherits it. */
export const RUN_ID_VARIABLE = 'NX_OCI_RUN_ID';

export function makeRunId(): string {
  return randomUUID();
}

/**
 * Which run this process belongs to.
 *
 * @param parentPid the Nx process, which all task processes of a run share: tells runs apart where the plugin is not
 *   listed in nx.json and so could set no variable.
 */
export function runIdOf(env: NodeJS.ProcessEnv, parentPid: number): string {
  const id = env[RUN_ID_VARIABLE] ?? '';
  return /^[\w-]{1,64}$/.test(id) ? id : `pid-${parentPid}${startOf(parentPid)}`;
}

/**
 * When a process started, in ticks since the machine did: ids of processes are used again, and the notes of a run of
 * yesterday are none of ours. Linux only; elsewhere such notes go with their age.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is a name in brackets that may hold anything; the start is the 22nd of all.
    return `-${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
