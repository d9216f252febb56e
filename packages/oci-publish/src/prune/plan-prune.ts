import { IMAGES_FOLDER } from '../engines/names/image-folder';
import { formatAge } from './format-age';
import { freedBytes, standsOn } from './freed-bytes';
import { type EngineStore, type ImageFolder, type LocalItem, type LocalState, type OwnImage } from './local-item';
import { type PruneRules } from './prune-options';

/** Decides for everything local that this workspace made whether it goes, and why it stays. Pure. */
export function planPrune(state: LocalState, rules: PruneRules, isChosen: (project: string) => boolean): readonly LocalItem[] {
  return [
    ...state.stores.flatMap((store) => planStore(store, state, rules, isChosen)),
    ...state.folders.filter(({ project }) => isChosen(project)).map((folder) => planFolder(folder, state, rules)),
  ];
}

function planFolder(folder: ImageFolder, state: LocalState, { olderThanMs, keepLast }: PruneRules): LocalItem {
  const { project, builtAtMs, bytes } = folder;
  const dependents = state.baseOf.get(project) ?? [];
  const kept =
    (state.isShared ? `${IMAGES_FOLDER} is outside of the workspace` : undefined) ??
    describeUse(project, state) ??
    (dependents.length > 0 ? `it is the base of ${dependents.join(', ')}` : undefined) ??
    (keepLast > 0 && folder.isKnown ? 'it is the newest of its project' : undefined) ??
    describeAge(builtAtMs, state.nowMs, olderThanMs);
  return { kind: 'folder', project, folder, bytes, builtAtMs, ...(kept !== undefined && { kept }) };
}

function planStore(store: EngineStore, state: LocalState, rules: PruneRules, isChosen: (project: string) => boolean): readonly LocalItem[] {
  const { engine, images } = store;
  const own = store.own.filter(({ project }) => isChosen(project));
  const reasons = new Map<OwnImage, string | undefined>(own.map((image) => [image, reasonToKeep(image, own, state, rules)]));
  keepBases(reasons, store);
  const removed = own.filter((image) => reasons.get(image) === undefined);
  const freed = freedBytes(
    removed.map(({ stored }) => stored),
    images,
  );
  return own.map((image) => {
    const kept = reasons.get(image);
    const bytes = kept === undefined ? (freed.get(image.stored.id) ?? 0) : image.stored.sizeBytes;
    return { kind: 'image', project: image.project, engine, image, bytes, builtAtMs: image.madeAtMs, ...(kept !== undefined && { kept }) };
  });
}

function reasonToKeep(image: OwnImage, own: readonly OwnImage[], state: LocalState, rules: PruneRules): string | undefined {
  const { project, name, imageId, madeAtMs, stored } = image;
  const foreign = stored.names.filter((one) => one !== name && one !== `localhost/${name}`);
  return (
    describeUse(project, state) ??
    (stored.containers.length > 0 ? `the container ${stored.containers.join(', ')} uses it` : undefined) ??
    (foreign.length > 0 ? `it is also named ${foreign.join(', ')}` : undefined) ??
    // A copy that a killed test or run left is no version of the image.
    (imageId === undefined ? undefined : (describeRank(image, own, rules) ?? describeAge(madeAtMs, state.nowMs, rules.olderThanMs)))
  );
}

function describeRank(image: OwnImage, own: readonly OwnImage[], { keepLast }: PruneRules): string | undefined {
  const newer = own.filter((one) => one.project === image.project && one.imageId !== undefined && one.madeAtMs > image.madeAtMs);
  if (newer.length >= keepLast) return undefined;
  return newer.length === 0 ? 'it is the newest of its project' : `it is one of the ${keepLast} newest of its project`;
}

/** An image stays as long as one that stays is built on it, whoever made that one. */
function keepBases(reasons: Map<OwnImage, string | undefined>, { images }: EngineStore): void {
  for (;;) {
    const removed = [...reasons].filter(([, reason]) => reason === undefined).map(([image]) => image);
    const ids = new Set(removed.map(({ stored }) => stored.id));
    const own = new Set([...reasons.keys()].map(({ stored }) => stored.id));
    const staying = images.filter(
      ({ id, names, containers }) => !ids.has(id) && (names.length > 0 || containers.length > 0 || own.has(id)),
    );
    const needed = removed.flatMap((image) => {
      const above = staying.find((other) => standsOn(other, image.stored, images));
      return above === undefined ? [] : [{ image, above }];
    });
    if (needed.length === 0) return;
    for (const { image, above } of needed) reasons.set(image, `it is the base of ${above.names[0] ?? above.id}`);
  }
}

function describeUse(project: string, { uses }: LocalState): string | undefined {
  const use = uses.get(project);
  return use === undefined ? undefined : `a ${use} of ${project} is running`;
}

function describeAge(builtAtMs: number, nowMs: number, olderThanMs: number | undefined): string | undefined {
  const ageMs = Math.max(0, nowMs - builtAtMs);
  return olderThanMs === undefined || ageMs >= olderThanMs ? undefined : `it is ${formatAge(ageMs)} old`;
}
