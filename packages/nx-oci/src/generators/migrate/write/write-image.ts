import { type TargetConfiguration } from '@nx/devkit';

import { targetsFor } from '../../../inference/targets-for';
import { dockerfile } from '../../image/kinds/dockerfile';
import { type App } from '../../image/options/kind';
import { writeTargets } from '../../image/write-targets';
import { type PlannedImage } from '../plan/plan-migration';
import { needsBuildx } from '../sources/builder-inputs';

const NEEDS_BUILDX =
  'Built with buildx: the plugin, and a builder that exports images (`docker buildx create --use`, or Docker with the containerd store).';

/**
 * Writes the targets that build and publish an image.
 *
 * @param app without its options
 * @param own options of the publish
 * @returns what was found and chosen, one line each
 * @throws OciError `OPTIONS_INVALID` if its Dockerfile is missing, or the project has other targets with these names
 */
export async function writeImage(
  app: Omit<App, 'options'>,
  { found, project }: PlannedImage,
  own: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const { dockerfile: file, context, stage, buildArgs, platforms, options: built } = found.build;
  const engine = platforms.length > 1 || needsBuildx(built) ? ('buildx' as const) : undefined;
  const options = {
    project,
    kind: 'dockerfile' as const,
    ...(file !== undefined && { dockerfile: file }),
    ...(context !== undefined && { context }),
    ...(stage !== undefined && { stage }),
    ...(buildArgs.length > 0 && { buildArgs: [...buildArgs] }),
    ...(engine !== undefined && { engine }),
  };
  const { source, notes } = await dockerfile.plan({ ...app, options });
  const readText = (path: string) => app.tree.read(path, 'utf8') ?? undefined;
  const targets = targetsFor(source, app.plugin, { projectRoot: app.project.root, readText, written: built });
  const { imageTargetName, publishTargetName } = app.plugin;
  const image = targets[imageTargetName];
  const publish = targets[publishTargetName];
  const platform = platforms.length > 1 ? { platforms } : platforms.length === 1 ? { platform: platforms[0] } : {};
  writeTargets(
    app.tree,
    app.project.root,
    {
      ...targets,
      ...(image !== undefined && { [imageTargetName]: withOptions(image, { ...platform, ...built }) }),
      ...(publish !== undefined && { [publishTargetName]: withOptions(publish, own) }),
    },
    false,
  );
  // The context is the one that the image had before.
  const said = notes.filter((note) => !note.startsWith(`${file} is built `));
  return engine === undefined ? said : [...said, NEEDS_BUILDX];
}

function withOptions(target: TargetConfiguration, options: object): TargetConfiguration {
  return Object.keys(options).length === 0 ? target : { ...target, options: { ...(target.options as object | undefined), ...options } };
}
