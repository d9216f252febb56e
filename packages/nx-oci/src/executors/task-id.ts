import { type ExecutorContext } from '@nx/devkit';

/** The id that Nx gives to the task of an executor that is called for one: `project:target[:configuration]`. */
export function taskIdOf({ projectName = '', targetName = '', configurationName }: ExecutorContext): string {
  return [projectName, targetName, ...(configurationName === undefined ? [] : [configurationName])].join(':');
}
