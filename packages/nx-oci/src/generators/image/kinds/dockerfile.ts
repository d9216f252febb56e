import { joinPathFragments } from '../../../nx/devkit';
import { describeContext } from '../../../dockerfile-context/resolve-dockerfile';
import { type DockerfileSource } from '../../../inference/targets-for';
import { findPackageManager } from '../../find-package-manager';
import { openContextHint } from '../sources/ask-context';
import { chooseSource } from '../sources/choose-source';
import { type App, type Kind } from '../options/kind';

/** A Dockerfile or Containerfile of the project. */
export const dockerfile: Kind = {
  name: 'dockerfile',
  detect: ({ tree, project, options: { engine } }) => {
    if (engine === 'native') return undefined;
    if (engine !== undefined) return `--engine=${engine}`;
    return ['Dockerfile', 'Containerfile'].map((file) => joinPathFragments(project.root, file)).find((file) => tree.exists(file));
  },
  plan: async (app) => {
    const { tree, name, project, resolved, plugin, options } = app;
    const engine = options.engine ?? plugin.dockerfileEngine;
    const source = await chooseSource(tree, { name, project }, { ...options, engine }, { plugin, resolved });
    return { source, notes: 'dockerfile' in source ? [describeChoice(source, app)] : [] };
  },
};

function describeChoice({ dockerfile: file, context }: DockerfileSource, { tree, name }: App): string {
  if (context.isCertain) return `${file} is built ${describeContext(context)}.`;
  return openContextHint(context, `${findPackageManager(tree).exec} nx g nx-oci:image ${name}`);
}
