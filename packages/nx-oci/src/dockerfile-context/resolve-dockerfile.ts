import { posix } from 'node:path';
import { readDockerfile, type ReadingOptions } from '@nx-oci/publish';

import { chooseContext, nameFolder, type ChosenContext, type ContextEvidence } from './choose-context';
import { findTasksBefore } from './find-tasks-before';

/** The setting in nx.json for the contexts of all projects: determine each, or use one folder for all. */
export const CONTEXT_CHOICES = ['auto', 'project', 'workspace'] as const;
export type ContextSetting = (typeof CONTEXT_CHOICES)[number];

export interface DockerfileQuestion extends Omit<ContextEvidence, 'reading'> {
  /** Its text. */
  readonly text: string;
  /** The context in the target's options, relative to the workspace root. */
  readonly writtenContext?: string;
  readonly setting: ContextSetting;
  readonly options: ReadingOptions;
  /** Whether the project has a package.json. */
  readonly isPackage: boolean;
  /** The known targets of the project; during inference, without those of other plugins. */
  readonly targets: Readonly<Record<string, { readonly dependsOn?: readonly unknown[] }>>;
}

export interface DockerfileAnswer {
  readonly context: ChosenContext;
  /** Targets of the project whose output the Dockerfile copies. */
  readonly tasksBefore: readonly string[];
}

/** Derives the target that builds a Dockerfile from its text. Pure. */
export function resolveDockerfile({
  text,
  writtenContext,
  setting,
  options,
  targets,
  isPackage,
  ...evidence
}: DockerfileQuestion): DockerfileAnswer {
  const reading = readDockerfile(text, options);
  const context = writtenContext === undefined ? fromSetting(setting, evidence.projectRoot) : written(writtenContext);
  const chosen = context ?? chooseContext({ ...evidence, reading });
  const around = { folder: chosen.folder, tracked: evidence.tracked, targets, isPackage };
  return { context: chosen, tasksBefore: findTasksBefore(reading, around) };
}

function written(context: string): ChosenContext {
  const folder = posix.normalize(context.replaceAll('\\', '/')).replace(/(?<=.)\/+$/, '');
  return { folder, reason: 'the target names it', isCertain: true };
}

function fromSetting(setting: ContextSetting, projectRoot: string): ChosenContext | undefined {
  if (setting === 'auto') return undefined;
  return { folder: setting === 'workspace' ? '.' : projectRoot, reason: 'nx.json sets `dockerfileContext`', isCertain: true };
}

/** `with the workspace root as its context: …`, for the description of a target and for the terminal. */
export function describeContext({ folder, reason }: ChosenContext): string {
  return `with ${nameFolder(folder)} as its context: ${reason}`;
}
