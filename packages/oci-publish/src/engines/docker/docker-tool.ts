import { join } from 'node:path';

import { openSavedArchive, type SavedImage } from '@nx-oci/layout';
import { isDigest, OciError, type Digest } from '@nx-oci/model';

import type { DockerfileTool, StoredBase } from '../dockerfile/dockerfile-tool';
import { runTool, runToolOrFail, toolFailure } from '../tools/run-tool';
import { buildDockerImage } from './build-image';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import { readEngineFacts, type EngineFacts } from './engine-facts';
import { inspectImage, requireImage } from './inspect-image';
import { removeBuilderCache } from './builder-cache';
import { listDockerImages } from './list-images';
import { removeImage } from './remove-image';

/** Docker Engine, with either image store, as a tool that builds Dockerfiles. */
export function createDockerTool(context: DockerContext): DockerfileTool {
  let facts: Promise<EngineFacts> | undefined;
  return {
    name: 'docker',
    store: {
      localName: (name) => name,
      idOf: async (name) => (await inspectImage(context, name))?.id,
      async load(archive, name) {
        await runToolOrFail(
          dockerCall(context, ['image', 'load', '--quiet', `--input=${archive}`]),
          dockerPurpose(`load ${name} into Docker Engine`),
        );
      },
    },
    async build(build) {
      const engine = await (facts ??= readEngineFacts(context));
      const { id } = await requireImage(context, await buildDockerImage(context, { ...build, engine }));
      return {
        id,
        name: build.name,
        save: async (scratch) => [await saveImage(context, id, { scratch, project: build.project })],
        lookUpBase: (reference) => lookUp(context, reference),
      };
    },
    describe: () => describeDocker(context),
    async remove({ imageId, name }) {
      if (imageId === undefined) return { kind: 'absent' };
      // A failed inspection of an image does not show whether an engine was running.
      await readEngineFacts(context);
      return removeImage(context, imageId, [name]);
    },
    async listImages() {
      // Of an engine that does not answer, the calls below show only that they failed.
      await readEngineFacts(context);
      return listDockerImages(context);
    },
    async removeCache(rules) {
      const { builder } = await (facts ??= readEngineFacts(context));
      return removeBuilderCache(context, builder, rules);
    },
  };
}

const BUILDER_NAMES = { buildx: 'buildx', buildkit: 'BuildKit', legacy: 'the legacy builder' } as const;

async function describeDocker(context: DockerContext): Promise<string> {
  const { clientVersion, serverVersion, builder } = await readEngineFacts(context);
  return `Docker Engine ${serverVersion}, client ${clientVersion}, Dockerfiles built by ${BUILDER_NAMES[builder]}`;
}

interface Saving {
  readonly project: string;
  readonly scratch: string;
}

async function saveImage(context: DockerContext, id: Digest, { project, scratch }: Saving): Promise<SavedImage> {
  const archive = join(scratch, 'image.tar');
  const call = dockerCall(context, ['image', 'save', `--output=${archive}`, id]);
  const purpose = dockerPurpose(`export the image of ${project} from Docker Engine`);
  const outcome = await runTool(call, purpose);
  if (/empty export/i.test(outcome.stderr)) throw withoutLayers(project);
  if (outcome.exitCode !== 0) throw toolFailure(call, outcome, purpose);
  return openSavedArchive(archive, id);
}

function withoutLayers(project: string): OciError {
  return new OciError(
    'ENGINE_FAILED',
    `Cannot export the image of ${project} from Docker Engine: it contains no files, and this engine cannot save such an image.`,
    {
      hint: 'Copy a file in its Dockerfile, update Docker Engine, or build it with `engine: podman` or `buildah`.',
    },
  );
}

async function lookUp(context: DockerContext, reference: string): Promise<StoredBase> {
  const found = await inspectImage(context, reference);
  if (found === undefined) return undefined;
  if (found.repoDigests.length === 0) return 'local';
  const [repository = ''] = reference.split(/@|:(?=[^/]*$)/);
  // The engine omits the prefix of Docker Hub's names.
  const pulled = found.repoDigests.map((name) => name.split('@')).find(([name]) => name === repository || repository.endsWith(`/${name}`));
  return isDigest(pulled?.[1]) ? pulled[1] : undefined;
}
