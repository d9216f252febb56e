import { parseJson, type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { PUBLISH_EXECUTOR } from '../executors/executor-names';

type Targets = Readonly<Record<string, TargetConfiguration>>;

/** project.json, or package.json with its key `nx`. */
interface ProjectFile {
  readonly targets?: Targets;
  readonly nx?: { readonly targets?: Targets };
}

/** What a project's own files say of publishing its image. */
export interface WrittenPublish {
  /** Name of the target. */
  readonly name: string;
  readonly dependsOn: TargetConfiguration['dependsOn'];
}

/**
 * The target that a project publishes its image with, as far as its own files or the target defaults of nx.json name it.
 *
 * Plugins are asked before Nx has put a project's targets together, so that the files themselves must be read.
 *
 * @param read gives the text of a file of the project's folder, if it is there
 */
export function findWrittenPublish(
  read: (file: string) => string | undefined,
  targetDefaults: NxJsonConfiguration['targetDefaults'],
): WrittenPublish | undefined {
  const targets = { ...parse(read('package.json'))?.nx?.targets, ...parse(read('project.json'))?.targets };
  for (const [name, target] of Object.entries(targets)) {
    const defaults = (targetDefaults as Targets | undefined)?.[name];
    if ((target.executor ?? defaults?.executor) !== PUBLISH_EXECUTOR) continue;
    return { name, dependsOn: target.dependsOn ?? defaults?.dependsOn };
  }
  return undefined;
}

function parse(text: string | undefined): ProjectFile | undefined {
  try {
    return text === undefined ? undefined : parseJson<ProjectFile>(text);
  } catch {
    // Nx complains of a broken file of a project itself; one that belongs to no project (a template, say) harms nobody.
    return undefined;
  }
}
