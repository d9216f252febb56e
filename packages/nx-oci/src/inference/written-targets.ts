import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { parseJson } from '../nx/inference-api';

export type Targets = Readonly<Record<string, TargetConfiguration>>;

/** project.json, or package.json with its key `nx`. */
interface ProjectFile {
  readonly targets?: Targets;
  readonly nx?: { readonly targets?: Targets };
}

/**
 * The targets in a project's own files.
 *
 * Plugins run before Nx has merged the targets of a project, so the files themselves must be read.
 *
 * @param read returns the text of a file in the project's folder, if it exists
 */
export function readWrittenTargets(read: (file: string) => string | undefined): Targets {
  return { ...parse(read('package.json'))?.nx?.targets, ...parse(read('project.json'))?.targets };
}

function parse(text: string | undefined): ProjectFile | undefined {
  try {
    return text === undefined ? undefined : parseJson<ProjectFile>(text);
  } catch {
    // Nx itself reports broken files of projects; other broken files, such as templates, are harmless.
    return undefined;
  }
}

/** The defaults in nx.json for a target of that name, or of that executor. */
export function defaultsOf(
  name: string,
  executor: string | undefined,
  targetDefaults: NxJsonConfiguration['targetDefaults'],
): TargetConfiguration {
  const defaults = targetDefaults as Targets | undefined;
  return (executor === undefined ? undefined : defaults?.[executor]) ?? defaults?.[name] ?? {};
}
