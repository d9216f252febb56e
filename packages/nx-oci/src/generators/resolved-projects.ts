import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type ProjectConfiguration, type Tree } from '@nx/devkit';

import { createProjectGraphAsync } from '../nx/devkit';

export type ResolvedProjects = Readonly<Record<string, ProjectConfiguration>>;

/**
 * The projects of the workspace with all of their targets, including inferred ones.
 *
 * @returns undefined if the tree is not a workspace on this disk, or Nx cannot create its graph
 */
export async function readResolvedProjects(tree: Tree): Promise<ResolvedProjects | undefined> {
  if (!existsSync(join(tree.root, 'nx.json'))) return undefined;
  const graph = await createProjectGraphAsync({ exitOnError: false }).catch(() => undefined);
  return graph === undefined ? undefined : Object.fromEntries(Object.entries(graph.nodes).map(([name, { data }]) => [name, data]));
}
