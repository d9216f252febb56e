import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { parseJson } from '../nx/inference-api';

export type Targets = Readonly<Record<string, TargetConfiguration>>;

/** project.json, or package.json with its key `nx`. */
interface ProjectFile {
  readonly targets?: Targets;
  readonly nx?: { readonly targets?: Targets };
}

/**
 * The targets that a project's own files name.
 *
 * Plugins are asked before Nx has put a project's targets together, so that the files themselves must be read.
 *
 * @param read gives the text of a file of the project's folder, if it is there
 */
export function readWrittenTargets(read: (file: string) => string | undefined): Targets {
  return { ...parse(read('package.json'))?.nx?.targets, ...parse(read('project.json'))?.targets };
}

function parse(text: string | undefined): ProjectFile | undefined {
  try {
    return text === undefined ? undefined : parseJson<ProjectFile>(text);
  } catch {
    // Nx itself reports a broken file of a project; one that belongs to no project, such as a template, does no harm.
    return undefined;
  }
}

/** What nx.json says of a target of that name, or of that executor. */
export function defaultsOf(
  name: string,
  executor: string | undefined,
  targetDefaults: NxJsonConfiguration['targetDefaults'],
): TargetConfiguration {
  const defaults = targetDefaults as Targets | undefined;
  return (executor === undefined ? undefined : defaults?.[executor]) ?? defaults?.[name] ?? {};
}
