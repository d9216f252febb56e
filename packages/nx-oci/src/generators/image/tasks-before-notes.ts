import { type NxJsonConfiguration, type ProjectConfiguration, type TargetConfiguration } from '@nx/devkit';
import { type ReadText } from '@nx-oci/publish';

import { staleRisks } from '../../image-inputs/stale-risks';
import { type WorkspaceGraph } from '../../image-inputs/workspace-graph';
import { type ResolvedProjects } from '../resolved-projects';

export interface WrittenTargets {
  readonly name: string;
  /** The state before they were written. */
  readonly project: ProjectConfiguration;
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  readonly imageTargetName: string;
  readonly publishTargetName: string;
}

export interface KnownWorkspace {
  readonly resolved: ResolvedProjects | undefined;
  readonly nxJson: NxJsonConfiguration;
  readonly readText: ReadText;
}

/** Notes about the tasks that an image depends on: a differently named one writes its files, or it depends on none. Pure. */
export function tasksBeforeNotes(written: WrittenTargets, { resolved, nxJson, readText }: KnownWorkspace): readonly string[] {
  const { name, project, targets, imageTargetName, publishTargetName } = written;
  const all = { ...project.targets, ...targets };
  const graph: WorkspaceGraph = { projects: { ...resolved, [name]: { ...project, targets: all } }, dependencies: {}, nxJson };
  const risks = staleRisks(graph, name, publishTargetName, readText);
  if (risks.length > 0) return risks.map((risk) => `Warning: ${risk}`);
  const waitsFor = (targets[imageTargetName]?.dependsOn ?? []).filter((target) => typeof target === 'string');
  // Without the graph, inferred targets are unknown.
  if (resolved === undefined || waitsFor.length === 0 || waitsFor.some((target) => all[target] !== undefined)) return [];
  return [
    `${name} has no target ${waitsFor.join(' or ')}, so no task runs before its image. → If a task writes files that the image packs, add it to the \`dependsOn\` of ${name}:${imageTargetName}.`,
  ];
}
