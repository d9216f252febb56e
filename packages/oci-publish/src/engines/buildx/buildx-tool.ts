import { openSavedPlatforms } from '@nx-oci/layout';
import { OciError } from '@nx-oci/model';

import type { DockerContext } from '../docker/docker-call';
import type { DockerfileBuild, DockerfileTool, LocalImage } from '../dockerfile/dockerfile-tool';
import { runToolOrFail } from '../tools/run-tool';
import { digestIn } from './bake-metadata';
import { bakeTogether, type BakedImage } from './bake-together';
import { buildxCall, buildxPurpose } from './buildx-call';

/** Any BuildKit that `docker buildx` reaches, on this machine or elsewhere, as a tool that builds Dockerfiles. */
export function createBuildxTool(context: DockerContext): DockerfileTool {
  return {
    name: 'buildx',
    build: (build) => buildImage(context, build),
    describe: () => describeBuildx(context),
    // The builder exports an image, and keeps nothing of it but its cache.
    remove: () => Promise.resolve({ kind: 'absent' }),
    listImages: () => Promise.resolve([]),
  };
}

async function buildImage(context: DockerContext, build: DockerfileBuild): Promise<LocalImage> {
  const [outcome] = await bakeTogether(context, [build]);
  if (outcome === undefined) throw new OciError('ENGINE_FAILED', `Cannot build the image of ${build.project}: it was not baked.`);
  if (outcome.status === 'rejected') throw outcome.reason;
  return toLocalImage(outcome.value);
}

async function toLocalImage({ folder, materials }: BakedImage): Promise<LocalImage> {
  const { root, images } = await openSavedPlatforms(folder);
  return {
    id: root.digest,
    save: () => Promise.resolve(images),
    lookUpBase: (reference) => Promise.resolve(digestIn(materials, reference)),
  };
}

async function describeBuildx(context: DockerContext): Promise<string> {
  const ask = async (command: string) => {
    const purpose = buildxPurpose('ask for the buildx plugin and its builder');
    return (await runToolOrFail(buildxCall(context, [command], undefined), purpose)).stdout;
  };
  const [version, builder] = [await ask('version'), await ask('inspect')];
  const fact = (name: string): string => new RegExp(`^ *${name}: +(.*)$`, 'm').exec(builder)?.[1]?.trim() ?? 'unknown';
  const [, release = version.trim()] = / (v?\d\S*)/.exec(version) ?? [];
  return `buildx ${release}, builder ${fact('Name')} (driver ${fact('Driver')}, ${fact('Status')}), BuildKit ${fact('BuildKit version')}, for ${fact('Platforms')}`;
}
