import { shortDigest, portablePath } from '@nx-oci/model';

import { type ToolContext } from '../engines/dockerfile/dockerfile-tool';
import { DOCKERFILE_TOOLS } from '../engines/from-dockerfile/dockerfile-tools';
import { type ImageUses } from '../engines/image/image-uses';
import { MadeImages } from '../engines/image/made-images';
import { removeOwnFiles } from '../publish/prune/own-files';
import { describeError } from '../text/describe-error';
import { type LocalItem, type OwnImage } from './local-item';
import { type PruneItem } from './prune-report';

export interface RemovalContext extends ToolContext {
  readonly uses: ImageUses;
}

/** Removes what a plan does not keep, project by project, each only while no other process uses its image. */
export async function removeItems(plan: readonly LocalItem[], context: RemovalContext): Promise<readonly PruneItem[]> {
  const results = new Map<LocalItem, PruneItem>(plan.map((item) => [item, toPruneItem(item, context.workspaceRoot)]));
  const wanted = plan.filter(({ kept }) => kept === undefined);
  for (const project of new Set(wanted.map((item) => item.project))) {
    const own = wanted.filter((item) => item.project === project).sort(aboveFirst);
    const outcome = await context.uses.alone(project, async () => {
      for (const item of own) {
        const failure = await removeItem(item, context);
        if (failure !== undefined) results.set(item, { ...toPruneItem(item, context.workspaceRoot), ...failure });
      }
    });
    if (!('usedBy' in outcome)) continue;
    const reason = `a ${outcome.usedBy} of ${project} is running`;
    for (const item of own) results.set(item, { ...toPruneItem(item, context.workspaceRoot), outcome: 'kept', reason });
  }
  return plan.flatMap((item) => results.get(item) ?? []);
}

/** An image goes before those that it is built on. */
function aboveFirst(a: LocalItem, b: LocalItem): number {
  return layerCount(b) - layerCount(a);
}

function layerCount(item: LocalItem): number {
  return item.kind === 'image' ? item.image.stored.diffIds.length : 0;
}

type Failure = Pick<PruneItem, 'outcome' | 'reason'>;

async function removeItem(item: LocalItem, context: RemovalContext): Promise<Failure | undefined> {
  try {
    if (item.kind === 'image') return await removeImage(item.image, context);
    await removeOwnFiles(item.folder.folder, item.folder.isKnown);
    return undefined;
  } catch (error) {
    return { outcome: 'failed', reason: describeError(error) };
  }
}

async function removeImage({ engine, name, imageId, stored }: OwnImage, context: RemovalContext): Promise<Failure | undefined> {
  const removal = await DOCKERFILE_TOOLS[engine](context).remove({ name, imageId: stored.id });
  if (removal.kind === 'kept') return { outcome: 'kept', reason: removal.reason };
  await new MadeImages(context.workspaceRoot).forget({ engine, name, ...(imageId !== undefined && { imageId }) });
  return undefined;
}

/** An item as planned, for the report. */
export function toPruneItem(item: LocalItem, workspaceRoot: string): PruneItem {
  const { project, bytes, builtAtMs, kept } = item;
  const common = {
    project,
    bytes,
    builtAt: new Date(builtAtMs).toISOString(),
    outcome: kept === undefined ? ('removed' as const) : ('kept' as const),
    ...(kept !== undefined && { reason: kept }),
  };
  if (item.kind === 'folder') return { kind: 'folder', what: portablePath(workspaceRoot, item.folder.folder), ...common };
  const { engine, image } = item;
  const { id, names } = image.stored;
  const own = names.some((name) => name === image.name || name === `localhost/${image.name}`);
  return { kind: 'image', engine, what: own ? image.name : `an older image, ${shortDigest(id)}`, id, ...common };
}
