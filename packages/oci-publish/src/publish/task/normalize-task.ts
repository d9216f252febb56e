import { formatPlatform, isOciError, parsePlatform, type OciError } from '@nx-oci/model';

import { type ExpectedPart } from '../../engines/names/expected-part';
import { type FailureMode } from '../../configuration/registries-schema';
import { type RegistryEntry } from '../../configuration/registry-entry';
import { type Registries } from '../../configuration/registries';
import { isReleaseVersion } from '../../tags/versions/resolve-version';
import { readPublishOptions, type ReadPublishOptions } from './publish-options';
import { type PublishTask } from './publish-task';
import { findSecretNames } from '../../secrets/refuse-secret-names';
import { readTaskRules, type TaskRules } from './task-rules';
import { readSizeLimits, type SizeLimits } from './size-limit';
import { throwProblems } from './throw-problems';
import { type Released } from '../../tags/versions/released';

/** The source of an option. The command line and the project's options look the same. */
type Origin = 'option' | 'registries.yaml' | 'the only one in registries.yaml' | 'built in';

/** The sources of values that are mostly defaults, for the plan. */
export interface OptionOrigins {
  readonly registries: Origin;
  readonly tags: Origin;
}

/** A publish task with complete, checked options. */
export interface NormalizedTask extends TaskRules {
  readonly taskId: string;
  readonly project: string;
  readonly projectRoot: string;
  readonly image: string;
  /** The parts that its image is merged from; absent if one task makes all of it. */
  readonly parts?: readonly ExpectedPart[];
  /** The platform of the part that is only sent: `linux/arm64`. Absent for a publish. */
  readonly stage?: string;
  readonly registries: readonly RegistryEntry[];
  readonly release: string | undefined;
  /** The decision of `nx release`. */
  readonly released: Released | undefined;
  /** Whether a release gets the tag of its exact version even if no rule gives it. */
  readonly exactVersion: boolean;
  readonly isForced: boolean;
  /** Whether a floating tag may move to an image for another platform. */
  readonly mayChangePlatform: boolean;
  readonly isDryRun: boolean;
  readonly prune: boolean;
  readonly limits: SizeLimits;
  /** Its source, for the plan. */
  readonly origins: OptionOrigins;
}

/**
 * Completes the options of a project from registries.yaml, then with defaults, and checks them.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems at once; `CONFIGURATION_INVALID` for registries.yaml.
 */
export function normalizeTask(task: PublishTask, registries: Registries, env: NodeJS.ProcessEnv): NormalizedTask {
  const { project } = task;
  const defaults = registries.publish;
  const { options, problems: optionProblems } = readPublishOptions(task.options);
  const problems = [...optionProblems];
  if (options.release !== undefined && !isReleaseVersion(options.release)) {
    problems.push(`\`--release=${options.release}\` is not a version. Write it as 1.2.3 or 1.2.3-rc.1.`);
  }
  const names = options.registries ?? defaults.registries ?? (registries.names.length === 1 ? registries.names : []);
  if (names.length === 0) problems.push(noRegistry(registries));
  const selected = selectEntries(registries, names, options.onFailure);
  const { rules, registryRules, versionPrefix, problems: ruleProblems } = readTaskRules(task, options, registries, selected.entries);
  const image = options.image ?? imageNameOf(project);
  const stage = options.stage === undefined ? undefined : readStage(options.stage, problems);
  const { limits, problems: limitProblems } = readSizeLimits(options, defaults);
  problems.push(...ruleProblems, ...limitProblems, ...findSecretNames([{ kind: 'image name', text: image }]));
  if (selected.problem !== undefined && problems.length > 0) problems.push(selected.problem.message);
  throwProblems(`Cannot publish ${project}`, problems);
  if (selected.problem !== undefined) throw selected.problem;
  return {
    taskId: task.taskId,
    project,
    projectRoot: task.projectRoot,
    image,
    ...(task.parts && { parts: task.parts }),
    ...(stage !== undefined && { stage }),
    registries: selected.entries,
    rules,
    registryRules,
    versionPrefix,
    exactVersion: options.exactVersion ?? defaults.exactVersion ?? true,
    release: options.release,
    released: task.released,
    isForced: options.force ?? false,
    mayChangePlatform: options.force === true && task.isForcedByTarget !== true,
    isDryRun: isDryRun(task, env),
    prune: options.prune ?? defaults.prune ?? false,
    limits,
    origins: findOrigins(options, registries),
  };
}

function readStage(text: string, problems: string[]): string | undefined {
  try {
    return formatPlatform(parsePlatform(text));
  } catch (error) {
    if (!isOciError(error)) throw error;
    problems.push(`\`stage\`: ${error.message} ${error.hint ?? ''}`.trimEnd());
    return undefined;
  }
}

/** Whether a task, normalised or not, only shows its plan. `nx release --dry-run` says so in the environment. */
export function isDryRun(task: PublishTask | NormalizedTask, env: NodeJS.ProcessEnv): boolean {
  if ('isDryRun' in task) return task.isDryRun;
  return task.options.dryRun === true || env['NX_DRY_RUN'] === 'true';
}

/** Errors in the registries are reported together with the others. */
function selectEntries(
  registries: Registries,
  names: readonly string[],
  onFailure: FailureMode | undefined,
): { readonly entries: readonly RegistryEntry[]; readonly problem?: OciError } {
  try {
    return { entries: registries.select(names, { onFailure }) };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { entries: [], problem: error };
  }
}

function noRegistry(registries: Registries): string {
  if (!registries.exists) return 'this workspace has no registries.yaml. Create one with `nx g nx-oci:registry`.';
  if (registries.names.length === 0) return 'registries.yaml defines no registry. Add one with `nx g nx-oci:registry`.';
  return `no registry is selected. Set \`publish.registries\` in registries.yaml, or the option \`registries\`: ${registries.names.join(', ')}.`;
}

/**
 * The default image name of a project: its own name, converted to a repository name.
 *
 * `@acme/api` → `acme/api`, `MyApp` → `myapp`, `my app` → `my-app`. What cannot be mapped is refused later by the
 * reference grammar, with the option `image` as the remedy.
 */
export function imageNameOf(project: string): string {
  return project
    .replace(/^@/, '')
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, '-');
}

function findOrigins(options: ReadPublishOptions, { publish }: Pick<Registries, 'publish'>): OptionOrigins {
  const originOf = (name: keyof OptionOrigins, otherwise: Origin): Origin => {
    if (options[name] !== undefined) return 'option';
    return publish[name] === undefined ? otherwise : 'registries.yaml';
  };
  return { registries: originOf('registries', 'the only one in registries.yaml'), tags: originOf('tags', 'built in') };
}
