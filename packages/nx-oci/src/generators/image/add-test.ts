import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';
import { OciError } from '@nx-oci/model';

import { joinPathFragments } from '../../nx/devkit';
import { findWrittenPublish } from '../../inference/find-written-publish';
import { findWrittenTest } from '../../inference/find-written-test';
import { testTarget } from '../../inference/targets-for';
import { readWrittenTargets, type Targets } from '../../inference/written-targets';
import { BUILD_EXECUTOR } from '../../nx/executor-names';
import { type App } from './options/kind';
import { writeTargets } from './write-targets';

/** The result of adding a test: the changed file, if there was a change. */
export interface AddedTest {
  readonly file: string | undefined;
  readonly test: string;
  readonly publish: string;
}

/**
 * Adds a test to a project that already publishes its image, and makes the publish depend on it. Changes nothing else in its
 * targets, however they were edited since.
 *
 * @returns undefined if the options ask for more than the test, or the project's files have no publish target
 * @throws OciError `OPTIONS_INVALID` if the name of the test is taken
 */
export function addTest(app: App, { targetDefaults }: NxJsonConfiguration): AddedTest | undefined {
  const { tree, name, project, plugin, options } = app;
  if (options.test !== true || !isTestAlone(app)) return undefined;
  const written = readWrittenTargets((file) => tree.read(joinPathFragments(project.root, file), 'utf8') ?? undefined);
  const publish = findWrittenPublish(written, targetDefaults);
  if (publish === undefined) return undefined;
  const found = findWrittenTest(written, targetDefaults, plugin);
  const test = found ?? plugin.testTargetName;
  if (found === undefined && written[test] !== undefined) throw nameTaken(name, test);
  const image = imageTargetOf(written) ?? plugin.imageTargetName;
  const dependsOn = publish.dependsOn ?? project.targets?.[publish.name]?.dependsOn ?? [image];
  const targets = {
    ...(found === undefined && { [test]: testTarget(image) }),
    ...(!waitsFor(dependsOn, test) && { [publish.name]: { ...written[publish.name], dependsOn: [...dependsOn, test] } }),
  };
  return { file: writeTargets(tree, project.root, targets, true), test, publish: publish.name };
}

/** `--force` overwrites all targets. */
function isTestAlone({ options: { project: _project, test: _test, force, ...others } }: App): boolean {
  const written: readonly unknown[] = Object.values(others);
  return force !== true && written.every((value) => value === undefined);
}

function imageTargetOf(written: Targets): string | undefined {
  return Object.entries(written).find(([, { executor }]) => executor === BUILD_EXECUTOR)?.[0];
}

function waitsFor(dependsOn: NonNullable<TargetConfiguration['dependsOn']>, test: string): boolean {
  return dependsOn.some((one) => (typeof one === 'string' ? one === test : one.target === test && one.projects === undefined));
}

function nameTaken(project: string, test: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot give ${project} a test of its image: its target ${test} is something else.`, {
    hint: 'Nothing was written. Set `testTargetName` of nx-oci in nx.json to another name, or rename the target.',
  });
}
