import { type GeneratorCallback, type Tree } from '@nx/devkit';
import { redact } from '@nx-oci/publish';
import { type z } from 'zod';

import { formatFiles } from '../../nx/format-files';
import { logger, readNxJson } from '../../nx/devkit';
import { describeContext } from '../../dockerfile-context/resolve-dockerfile';
import { targetsFor, type DockerfileSource } from '../../inference/targets-for';
import { findPackageManager } from '../find-package-manager';
import { readPluginOptions } from '../read-plugin-options';
import { readResolvedProjects } from '../resolved-projects';
import { readTyped } from '../typed-options';
import { withHints } from '../with-hints';
import { openContextHint } from './ask-context';
import { checkOptions } from './check-options';
import { chooseSource } from './choose-source';
import { findProject } from './find-project';
import { imageOptionsSchema } from './image-options';
import { tasksBeforeNotes } from './tasks-before-notes';
import { writeTargets } from './write-targets';

/** Gives a project the targets that build and publish its image. Run twice it changes nothing. */
export function imageGenerator(
  tree: Tree,
  written: z.input<typeof imageOptionsSchema>,
  argv: readonly string[] = process.argv,
): Promise<GeneratorCallback> {
  return withHints(async () => {
    const options = readTyped(written, imageOptionsSchema, argv);
    const resolved = await readResolvedProjects(tree);
    const found = findProject(tree, options.project, resolved, checkOptions(options));
    const { name, project } = found;
    const plugin = readPluginOptions(tree);
    const source = await chooseSource(tree, found, options, { plugin, resolved });
    const readText = (path: string) => tree.read(path, 'utf8') ?? undefined;
    const targets = targetsFor(source, plugin, { projectRoot: project.root, readText });
    const file = writeTargets(tree, project.root, targets, options.force ?? false);
    if (file !== undefined) await formatFiles(tree);
    const done = file === undefined ? `${name} already has its targets; nothing changed.` : `${file}: wrote the targets of ${name}.`;
    const { imageTargetName, publishTargetName } = plugin;
    const { exec } = findPackageManager(tree);
    const notes = [
      ...(project.projectType === 'library' ? [`${name} is a library. An image usually contains an application that uses it.`] : []),
      ...('dockerfile' in source ? [describeChoice(source, `${exec} nx g nx-oci:image ${name}`)] : []),
      ...tasksBeforeNotes({ ...plugin, name, project, targets }, { resolved, nxJson: readNxJson(tree) ?? {}, readText }),
    ];
    return () =>
      logger.info(
        redact(
          [done, ...notes, ...[imageTargetName, `${publishTargetName} --dryRun`].map((task) => `  ${exec} nx run ${name}:${task}`)].join(
            '\n',
          ),
        ),
      );
  });
}

export default imageGenerator;

function describeChoice({ dockerfile, context }: DockerfileSource, command: string): string {
  return context.isCertain ? `${dockerfile} is built ${describeContext(context)}.` : openContextHint(context, command);
}
