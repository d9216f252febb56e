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

/** An image that was taken over, in lines for people; those of `problem` say why it was not. */
export interface TakenOver {
  readonly project: string;
  readonly source: string;
  /** What it publishes when. */
  readonly events: readonly string[];
  /** What was found and chosen. */
  readonly chosen: readonly string[];
  readonly left: readonly string[];
  readonly problem?: string;
}

/** Writes the targets of one image. */
export async function takeOver(planned: PlannedImage, { tree, projects, resolved, nxJson, written }: Context): Promise<TakenOver> {
  const { found, project: name, image, registries } = planned;
  const project = projects[name];
  const result = { project: name, source: found.source, events: [], chosen: [], left: [] };
  if (project === undefined) return { ...result, problem: 'there is no such project.' };
  const { tags, env, notes, release, releasePattern } = found.tags;
  const own = {
    ...(image !== name && { image }),
    ...(!isDeepStrictEqual(registries, written.defaults) && { registries }),
    ...(!written.hasShared && { tags, exactVersion: false }),
  };
  try {
    const chosen = await writeImage({ tree, name, project, resolved, plugin: readPluginOptions(tree) }, planned, own);
    const defaultBranch = nxJson.defaultBase?.replace(/^origin\//, '') ?? 'main';
    return {
      ...result,
      chosen,
      events: describeTags(found.tags, { projectName: name, defaultBranch, runsOn: found.runsOn }),
      left: [
        ...found.notes,
        ...notes,
        ...env
          .filter((variable) => !variable.startsWith('GITHUB_'))
          .map((variable) => `the value of ${variable} → set this variable for the job`),
        ...(release === undefined ? [] : [`the version ${asVariable(release)} → publish with --release=${asVariable(release)}`]),
        ...(releasePattern === undefined
          ? []
          : [`git tags such as ${releasePattern} → set \`release.releaseTag.pattern\` of nx.json to it`]),
      ],
    };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { ...result, problem: `${error.message}${error.hint === undefined ? '' : `\n  → ${error.hint}`}` };
  }
}

/** `$VERSION` for `${{ env.VERSION }}`, as a shell has it. */
function asVariable(text: string): string {
  return text.replaceAll(/\$\{\{\s*env\.(\w+)\s*\}\}/g, (_, name: string) => `$${name}`);
}
