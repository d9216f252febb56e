import { isDeepStrictEqual } from 'node:util';

import { type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { isOciError } from '@nx-oci/model';

import { readPluginOptions } from '../read-plugin-options';
import { type ResolvedProjects } from '../resolved-projects';
import { describeTags } from './describe-tags';
import { type PlannedImage } from './plan/plan-migration';
import { writeImage } from './write/write-image';
import { type WrittenRegistries } from './write/write-registries';

interface Context {
  readonly tree: Tree;
  readonly projects: ResolvedProjects;
  readonly resolved: ResolvedProjects | undefined;
  readonly nxJson: NxJsonConfiguration;
  readonly written: WrittenRegistries;
}

/** Writes the targets of one image. @returns what it publishes when, and what is not taken over; or why nothing was written */
export async function takeOver(planned: PlannedImage, { tree, projects, resolved, nxJson, written }: Context): Promise<readonly string[]> {
  const { found, project: name, image, registries } = planned;
  const project = projects[name];
  if (project === undefined) return [`${name}: ${found.source} names it, and there is no such project.`, ''];
  const { tags, notes, release, releasePattern } = found.tags;
  const own = {
    ...(image !== name && { image }),
    ...(!isDeepStrictEqual(registries, written.defaults) && { registries }),
    ...(!written.hasShared && { tags, exactVersion: false }),
  };
  const title = `${name}, from ${found.source}:`;
  try {
    const chosen = await writeImage({ tree, name, project, resolved, plugin: readPluginOptions(tree) }, planned, own);
    const left = [
      ...found.notes,
      ...notes,
      ...(release === undefined ? [] : [`the version ${release} → publish with --release=${release}`]),
      ...(releasePattern === undefined ? [] : [`git tags such as ${releasePattern} → set \`release.releaseTag.pattern\` of nx.json to it`]),
    ];
    const defaultBranch = nxJson.defaultBase ?? 'main';
    const events = describeTags(found.tags, { projectName: name, defaultBranch });
    return [title, ...[...events, ...chosen].map((line) => `  ${line}`), ...left.map((line) => `  Not taken over: ${line}.`), ''];
  } catch (error) {
    if (!isOciError(error)) throw error;
    return [`${title} not taken over. ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`, ''];
  }
}
