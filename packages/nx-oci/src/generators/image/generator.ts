import { formatFiles, logger, type GeneratorCallback, type Tree } from '@nx/devkit';

import { targetsFor } from '../../inference/targets-for';
import { redact } from '../../output/redact';
import { readPluginOptions } from '../read-plugin-options';
import { withHints } from '../with-hints';
import { chooseSource, type ImageOptions } from './choose-source';
import { findProject } from './find-project';
import { writeTargets } from './write-targets';

/** Gives a project the targets that build and publish its image. Run twice it changes nothing. */
export function imageGenerator(tree: Tree, options: ImageOptions): Promise<GeneratorCallback> {
  return withHints(async () => {
    const project = findProject(tree, options.project);
    const plugin = readPluginOptions(tree);
    const source = chooseSource(tree, project, { dockerfileEngine: plugin.dockerfileEngine, ...options });
    const targets = targetsFor(source, plugin, project.root);
    const file = writeTargets(tree, project.root, targets, options.force ?? false);
    if (file !== undefined) await formatFiles(tree);
    const done =
      file === undefined
        ? `${options.project} has its targets already; nothing changed.`
        : `${file}: wrote the targets of ${options.project}.`;
    const { imageTargetName, publishTargetName } = plugin;
    return () =>
      logger.info(
        redact(`${done}\n  nx run ${options.project}:${imageTargetName}\n  nx run ${options.project}:${publishTargetName} --dryRun\n`),
      );
  });
}

export default imageGenerator;
