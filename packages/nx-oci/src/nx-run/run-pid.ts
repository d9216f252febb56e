import { readNxProcess } from './output/nx-process';

/** The Nx process that runs the task of this process, or what stands between them on systems that do not show it. */
export function readRunPid(): number {
  return readNxProcess(process.ppid)?.pid ?? process.ppid;
}
