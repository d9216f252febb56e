import { type ExecutorContext } from '@nx/devkit';

/** The id of the task that an executor runs for: `project:target[:configuration]`. */
export function taskIdOf({ projectName = '', targetName = '', configurationName }: ExecutorContext): string {
  return [projectName, targetName, ...(configurationName === undefined ? [] : [configurationName])].join(':');
}
