import { formatFiles, logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';

import { normalizePluginOptions, type NormalizedPluginOptions, type PluginOptions } from '../../inference/plugin-options';
import { targetsFor } from '../../inference/targets-for';
import { withHints } from '../with-hints';
import { chooseSource, type ImageOptions } from './choose-source';
import { findProject } from './find-project';
import { writeTargets } from './write-targets';

/** Gives a project the targets that build and publish its image. Run twice it changes nothing. */
export function imageGenerator(tree: Tree, options: ImageOptions): Promise<GeneratorCallback> {
  return withHints(async () => {
    const project = findProject(tree, options.project);
    const names = readTargetNames(tree);
    const targets = targetsFor(chooseSource(tree, project, options), names);
    const file = writeTargets(tree, project.root, targets, options.force ?? false);
    if (file !== undefined) await formatFiles(tree);
    const done =
      file === undefined
        ? `${options.project} has its targets already; nothing changed.`
        : `${file}: wrote the targets of ${options.project}.`;
    const { imageTargetName, publishTargetName } = names;
    return () =>
      logger.info(`${done}\n  nx run ${options.project}:${imageTargetName}\n  nx run ${options.project}:${publishTargetName} --dryRun\n`);
  });
}

export default imageGenerator;

/** The names that the plugin gives to inferred targets, so that written ones are the same targets. */
function readTargetNames(tree: Tree): NormalizedPluginOptions {
  const plugin = (readNxJson(tree)?.plugins ?? []).find((candidate) => typeof candidate !== 'string' && candidate.plugin === 'nx-oci');
  return normalizePluginOptions(typeof plugin === 'object' ? (plugin.options as PluginOptions | undefined) : undefined);
}
