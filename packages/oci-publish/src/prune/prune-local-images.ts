import { removeLayers } from '@nx-oci/layout';
import { isOciError } from '@nx-oci/model';

import { type ToolContext } from '../engines/dockerfile/dockerfile-tool';
import { DOCKERFILE_TOOLS } from '../engines/from-dockerfile/dockerfile-tools';
import { ImageUses } from '../engines/image/image-uses';
import { layerCacheFolder } from '../engines/native/native-engine';
import { DOCKERFILE_ENGINES, type DockerfileEngine } from '../engines/options/engine-names';
import { describeError } from '../text/describe-error';
import { findImageFolders, isImagesOutside } from './find-image-folders';
import { type LocalState } from './local-item';
import { planPrune } from './plan-prune';
import { type NormalizedPruneOptions } from './prune-options';
import { type PruneItem, type PruneReport } from './prune-report';
import { readRecords } from './read-records';
import { readStores, type ReadStores } from './read-stores';
import { removeItems, toPruneItem } from './remove-items';

/** One prune; nothing is read from `process`. */
export interface PruneRequest extends ToolContext {
  readonly options: NormalizedPruneOptions;
  /** All projects of the workspace. */
  readonly projects: readonly string[];
  /** Those whose images may be removed; absent for all, and what is left of projects that no longer exist. */
  readonly chosen?: readonly string[];
  /** Engines that build images of the chosen projects. */
  readonly engines: readonly DockerfileEngine[];
  /** Builders of buildx that these projects name. */
  readonly builders?: readonly string[];
  /** Projects whose layout is the base of other projects' images, with those. */
  readonly baseOf: ReadonlyMap<string, readonly string[]>;
  /** The Nx process of this run. */
  readonly runPid?: number;
  readonly nowMs: number;
}

/**
 * Removes local images that this workspace made: from the stores of engines by recorded id, from `dist/images`, and layers of its
 * cache. An engine that could not be asked is a failure in the report; all others are still pruned.
 */
export async function pruneLocalImages(request: PruneRequest): Promise<PruneReport> {
  const { options, workspaceRoot, chosen, runPid } = request;
  const uses = new ImageUses(workspaceRoot, runPid);
  const isChosen = (project: string): boolean => chosen === undefined || chosen.includes(project);
  const { state, stores } = await readState(request, uses);
  const plan = planPrune(state, options, isChosen);
  const items = options.isDryRun ? plan.map((item) => toPruneItem(item, workspaceRoot)) : await removeItems(plan, { ...request, uses });
  const rest = [...(chosen === undefined ? [await pruneLayers(request, state)] : []), ...(await pruneCaches(request, stores.missing))];
  const all = [...items, ...rest.filter((item) => item !== undefined)];
  return {
    schemaVersion: 1,
    isDryRun: options.isDryRun,
    items: all,
    failures: [...stores.failures],
    missing: [...stores.missing],
    freedBytes: all.filter(({ outcome }) => outcome === 'removed').reduce((sum, { bytes = 0 }) => sum + bytes, 0),
  };
}

async function readState(request: PruneRequest, uses: ImageUses): Promise<{ readonly state: LocalState; readonly stores: ReadStores }> {
  const { workspaceRoot, projects, engines, baseOf, nowMs } = request;
  const [folders, isShared] = await Promise.all([findImageFolders(workspaceRoot, projects), isImagesOutside(workspaceRoot)]);
  const records = await readRecords(workspaceRoot, folders);
  const asked = DOCKERFILE_ENGINES.filter((name) => engines.includes(name) || records.some(({ engine }) => engine === name));
  const stores = await readStores(asked, records, request);
  return { stores, state: { stores: stores.stores, folders, uses: await uses.list(), baseOf, isShared, nowMs } };
}

async function pruneLayers({ workspaceRoot, options, nowMs }: PruneRequest, { uses }: LocalState): Promise<PruneItem | undefined> {
  const folder = layerCacheFolder(workspaceRoot);
  const { olderThanMs, keepLast, isDryRun } = options;
  // Infinitely long ago, whatever the clock of the file system says.
  const unusedForMs = olderThanMs ?? -Infinity;
  const isBuilding = [...uses.values()].includes('build');
  const isKept = isBuilding || (olderThanMs === undefined && keepLast > 0);
  const { count, bytes } = await removeLayers(folder, { unusedForMs, nowMs, isDryRun: isDryRun || isKept });
  if (count === 0) return undefined;
  const item = { kind: 'layers' as const, what: `${count} cached layer${count === 1 ? '' : 's'}`, bytes };
  if (!isKept) return { ...item, outcome: 'removed' };
  return { ...item, outcome: 'kept', reason: isBuilding ? 'a build is running' : 'only `olderThan` removes them' };
}

async function pruneCaches(request: PruneRequest, missing: readonly DockerfileEngine[]): Promise<readonly PruneItem[]> {
  const { builderCache, olderThanMs, isDryRun } = request.options;
  if (!builderCache) return [];
  const rules = { isDryRun, ...(olderThanMs !== undefined && { unusedForMs: olderThanMs }) };
  // That of buildx without a name is the one of Docker.
  const unnamed = DOCKERFILE_ENGINES.filter((engine) => engine !== 'buildx').map((engine) => ({ engine, builder: undefined }));
  const named = (request.builders ?? []).map((builder) => ({ engine: 'buildx' as const, builder }));
  const caches = [...unnamed, ...named].filter(({ engine }) => !missing.includes(engine));
  const items = caches.map(async ({ engine, builder }): Promise<PruneItem | undefined> => {
    const item = { kind: 'builderCache' as const, engine, what: `cache of the builder${builder === undefined ? '' : ` ${builder}`}` };
    try {
      const removal = await DOCKERFILE_TOOLS[engine](request).removeCache?.({ ...rules, ...(builder !== undefined && { builder }) });
      if (removal === undefined) return undefined;
      const { bytes } = removal;
      return { ...item, ...(bytes !== undefined && { bytes }), outcome: 'removed' };
    } catch (error) {
      // It may not be among those that were asked for images.
      if (isOciError(error, 'ENGINE_MISSING')) return undefined;
      return { ...item, outcome: 'failed', reason: describeError(error) };
    }
  });
  return (await Promise.all(items)).filter((item) => item !== undefined);
}
