import { type GeneratorCallback, type TargetConfiguration, type Tree } from '@nx/devkit';
import { type z } from 'zod';

import { formatFiles } from '../../nx/format-files';
import { readNxJson } from '../../nx/devkit';
import { targetsFor, withTest } from '../../inference/targets-for';
import { TEST_EXECUTOR } from '../../nx/executor-names';
import { findPackageManager } from '../find-package-manager';
import { installPackages } from '../install-packages';
import { readPluginOptions } from '../read-plugin-options';
import { reportResult } from '../report-result';
import { readResolvedProjects } from '../resolved-projects';
import { withHints } from '../with-hints';
import { addTest, type AddedTest } from './add-test';
import { dependOnBases } from './depend-on-bases';
import { chooseKind } from './choose-kind';
import { readImageOptions } from './read-options';
import { type imageOptionsSchema } from './options/image-options';
import { type App } from './options/kind';
import { tasksBeforeNotes } from './tasks-before-notes';
import { writeTargets } from './write-targets';

/** Adds the targets that build and publish a project's image. A second run changes nothing. */
export function imageGenerator(
  tree: Tree,
  written: z.input<typeof imageOptionsSchema>,
  argv: readonly string[] = process.argv,
): Promise<GeneratorCallback> {
  return withHints(async () => {
    const resolved = await readResolvedProjects(tree);
    const { options, found } = readImageOptions(tree, { written, argv }, resolved);
    const { name, project } = found;
    const plugin = readPluginOptions(tree);
    const app: App = { tree, name, project, resolved, plugin, options };
    const added = addTest(app, readNxJson(tree) ?? {});
    if (added !== undefined) return finishTest(app, added);
    const { kind, reason, note = '' } = await chooseKind(app);
    const { source, targets: others = {}, notes: choices, prepare } = await kind.plan(app);
    const readText = (path: string) => tree.read(path, 'utf8') ?? undefined;
    const before = { ...others, ...targetsFor(source, plugin, { projectRoot: project.root, readText }) };
    const made = await dependOnBases(before, app, readText);
    const targets = options.test === true || hasTest(app) ? withTestKept(app, made) : made;
    const needsInstall = prepare?.() ?? false;
    const file = writeTargets(tree, project.root, targets, options.force ?? false);
    if (file !== undefined) await formatFiles(tree);
    const done = file === undefined ? `${name} already has its targets; nothing changed.` : `${file}: wrote the targets of ${name}.`;
    const { imageTargetName, publishTargetName, testTargetName } = plugin;
    const { exec } = findPackageManager(tree);
    const tested = testTargetName in targets || hasTest(app);
    const notes = [
      ...(project.projectType === 'library' ? [`${name} is a library. An image usually contains an application that uses it.`] : []),
      `Kind: ${kind.name} (${reason}).${note}`,
      ...choices,
      ...(tested ? [] : [noTestNote(name, exec)]),
      ...tasksBeforeNotes({ ...plugin, name, project, targets }, { resolved, nxJson: readNxJson(tree) ?? {}, readText }),
    ];
    const next = [imageTargetName, ...(tested ? [testTargetName] : []), `${publishTargetName} --dryRun`];
    const lines = [done, ...notes, ...next.map((task) => `  ${exec} nx run ${name}:${task}`)];
    return reportResult(lines, needsInstall ? () => installPackages(tree) : undefined);
  });
}

export default imageGenerator;

async function finishTest({ tree, name }: App, { file, test, publish }: AddedTest): Promise<GeneratorCallback> {
  if (file !== undefined) await formatFiles(tree);
  const done = file === undefined ? `${name} already has its test; nothing changed.` : `${file}: ${publish} of ${name} waits for ${test}.`;
  return reportResult([done, `  ${findPackageManager(tree).exec} nx run ${name}:${test}`]);
}

/** Why it is not the default: docs/architecture.md. */
function noTestNote(name: string, exec: string): string {
  return `Test: none (${exec} nx g nx-oci:image ${name} --test adds one, which must pass before a tag moves).`;
}

function hasTest({ project, plugin }: App): boolean {
  return project.targets?.[plugin.testTargetName]?.executor === TEST_EXECUTOR;
}

/** An existing test keeps its options. */
function withTestKept(app: App, made: Record<string, TargetConfiguration>): Record<string, TargetConfiguration> {
  const { testTargetName } = app.plugin;
  const tested = Object.entries(withTest(made, testTargetName, app.plugin));
  return Object.fromEntries(tested.filter(([name]) => name !== testTargetName || !hasTest(app)));
}
