import { type TargetConfiguration } from '@nx/devkit';
import { type ReadText } from '@nx-oci/publish';

import { dependenciesOnBases } from '../../own-bases/depend-on-bases';
import { readOwnBases } from '../../own-bases/read-own-bases';
import { type App } from './options/kind';

type Targets = Readonly<Record<string, TargetConfiguration>>;

/** The targets, of which the image waits for those of its bases in the workspace. */
export async function dependOnBases(made: Targets, { tree, name, project, resolved, plugin }: App, readText: ReadText): Promise<Targets> {
  const { imageTargetName: target } = plugin;
  const { [target]: image, ...others } = made;
  if (image === undefined) return made;
  const projects = { ...resolved, [name]: { ...project, targets: { ...project.targets, ...made } } };
  const { all } = await readOwnBases(projects, { workspaceRoot: tree.root, env: process.env, readText });
  const more = dependenciesOnBases({ project: name, target }, all, projects);
  if (more.length === 0) return made;
  return { [target]: { ...image, dependsOn: [...(image.dependsOn ?? []), ...more] }, ...others };
}
