import { ANNOTATIONS, isOciError, parseManifestOrIndex } from '@nx-oci/model';

import { areOnOtherBases, basesOf, haveSameBases } from '../image/base-facts';
import { type BaseTags } from '../image/base-tags';
import { type ImageFacts } from '../image/image-facts';
import { isFound } from '../destination/unknown-tags';
import { readPublishedImage } from '../image/read-published-image';
import { type Observation } from './observe';
import { tagsIn, type PreparedImage } from './prepare-image';

/**
 * Marks an image that is on a newer base than the published images of its commit, so that floating tags move to it: after a
 * build for a base that moved. The tags of the commit and the version stay with the image that they were given to.
 *
 * Newer is the image on what the tags of its bases point at now. It is marked with a number, which is higher than that of the
 * published ones; so a publish of the same commit from a cache, on the old base, does not undo it. No request unless the
 * registries have an image of this commit on another base.
 */
export async function countBaseUpdates(
  prepared: PreparedImage,
  observations: readonly Observation[],
  bases: BaseTags,
): Promise<PreparedImage> {
  const { image } = prepared;
  const { facts, restamp } = image;
  if (restamp === undefined || facts.isDirty || basesOf(facts).length === 0) return prepared;
  const published = await findOfSameCommit(facts, observations);
  const count = await countUpdates(facts, published, bases);
  if (count === 0 || !areNamesSet(prepared, observations)) return prepared;
  return { ...prepared, image: restamp({ [ANNOTATIONS.baseUpdates]: String(count) }) };
}

async function countUpdates(facts: ImageFacts, published: readonly ImageFacts[], bases: BaseTags): Promise<number> {
  const top = Math.max(0, ...published.map(({ baseUpdates = 0 }) => baseUpdates));
  const newest = published.filter(({ baseUpdates = 0 }) => baseUpdates === top);
  if (newest.some((one) => haveSameBases(one, facts))) return top;
  const rivals = newest.filter((one) => areOnOtherBases(one, facts));
  if (rivals.length === 0 || !(await areCurrent(facts, bases))) return 0;
  const stale = await Promise.all(rivals.map(async (one) => !(await areCurrent(one, bases))));
  return stale.every(Boolean) ? top + 1 : 0;
}

async function areCurrent(facts: ImageFacts, bases: BaseTags): Promise<boolean> {
  const states = await Promise.all(basesOf(facts).map((base) => bases.compare(base)));
  return states.every(({ kind }) => kind === 'unchanged');
}

/** Those that tags point at; their manifests were read with the tags. */
async function findOfSameCommit(ours: ImageFacts, observations: readonly Observation[]): Promise<readonly ImageFacts[]> {
  const read = observations.map(async ({ destination: { repository }, tags }) => {
    const digests = new Set([...tags.values()].filter(isFound).map(({ digest }) => digest));
    const images = [...digests].map(async (digest) => {
      const manifest = await repository.fetchManifest(digest);
      // Only our images have it; those of others would cost a request for their config.
      if (manifest === undefined || annotationsOf(manifest)?.[ANNOTATIONS.project] !== ours.project) return undefined;
      return (await readPublishedImage(repository, digest))?.facts;
    });
    return (await Promise.all(images)).flatMap((facts) => facts ?? []);
  });
  return (await Promise.all(read)).flat().filter((facts) => isOfSameCommit(facts, ours));
}

function isOfSameCommit({ project, revision, isDirty }: ImageFacts, ours: ImageFacts): boolean {
  return !isDirty && revision !== undefined && revision === ours.revision && project === ours.project;
}

/** Whether every immutable tag is set: an image that a release needs is not replaced, but promoted. */
function areNamesSet(prepared: PreparedImage, observations: readonly Observation[]): boolean {
  return observations.every(({ destination, tags }) =>
    tagsIn(prepared, destination).tags.every(
      ({ tag, isFloating, isContentAddressed }) => isFloating || isContentAddressed === true || isFound(tags.get(tag)),
    ),
  );
}

function annotationsOf(manifest: Parameters<typeof parse>[0]): Readonly<Record<string, string>> | undefined {
  try {
    return parse(manifest).annotations;
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}

function parse({ bytes, descriptor }: { readonly bytes: Uint8Array; readonly descriptor: { readonly mediaType: string } }) {
  return parseManifestOrIndex(bytes, descriptor.mediaType);
}
