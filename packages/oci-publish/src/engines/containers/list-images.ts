import { hexOf, parseDigest, type Digest } from '@nx-oci/model';
import pLimit from 'p-limit';
import { z } from 'zod';

import type { StoredImage } from '../dockerfile/dockerfile-tool';
import { parseBytes } from '../../text/parse-bytes';
import { runTool, runToolOrFail, toolFailure } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';

const AT_ONCE = 4;

const podmanImages = z
  .array(z.object({ Id: z.string(), Names: z.array(z.string()).nullish(), ParentId: z.string().nullish(), Size: z.number().nullish() }))
  .nullable();
const podmanContainers = z.array(z.object({ ImageID: z.string(), Names: z.array(z.string()).nullish() })).nullable();
const buildahImages = z.array(z.object({ id: z.string(), names: z.array(z.string()).nullish(), size: z.string() })).nullable();
const buildahContainers = z.array(z.object({ imageid: z.string(), containername: z.string() })).nullable();
const buildahConfig = z.object({ FromImageID: z.string(), OCIv1: z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) }) });

/** All images of podman's or buildah's store, those without names included, with the containers that use them. */
export async function listContainersImages(context: ContainersContext): Promise<readonly StoredImage[]> {
  return context.tool === 'podman' ? listWithPodman(context) : listWithBuildah(context);
}

/** The names of an image; `undefined` if there is no such image. */
export async function readImageNames(context: ContainersContext, id: Digest): Promise<readonly string[] | undefined> {
  const hex = hexOf(id);
  if (context.tool === 'podman') {
    const images = await ask(context, ['image', 'ls', '--all', '--format=json'], podmanImages);
    const found = images?.find(({ Id }) => Id === hex);
    return found && (found.Names ?? []);
  }
  const images = await ask(context, ['images', '--all', '--json'], buildahImages);
  // Shortened by buildah.
  const found = images?.find((one) => hex.startsWith(one.id));
  return found && (found.names ?? []);
}

async function listWithPodman(context: ContainersContext): Promise<readonly StoredImage[]> {
  const [images, containers] = await Promise.all([
    ask(context, ['image', 'ls', '--all', '--format=json'], podmanImages),
    ask(context, ['ps', '--all', '--external', '--format=json'], podmanContainers),
  ]);
  const limit = pLimit(AT_ONCE);
  return collect(images ?? [], ({ Id, Names, ParentId, Size }) =>
    limit(async () => {
      const diffIds = await askOne(context, ['image', 'inspect', '--format={{json .RootFS.Layers}}', Id], z.array(z.string()).nullable());
      if (diffIds === undefined) return undefined;
      return {
        id: idOf(Id),
        names: Names ?? [],
        ...(ParentId && { parent: idOf(ParentId) }),
        diffIds: diffIds ?? [],
        sizeBytes: Size ?? 0,
        containers: (containers ?? []).filter(({ ImageID }) => ImageID === Id).map(({ Names: names }) => names?.[0] ?? ''),
      };
    }),
  );
}

async function listWithBuildah(context: ContainersContext): Promise<readonly StoredImage[]> {
  const [images, containers] = await Promise.all([
    ask(context, ['images', '--all', '--json'], buildahImages),
    ask(context, ['containers', '--all', '--json'], buildahContainers),
  ]);
  const limit = pLimit(AT_ONCE);
  return collect(images ?? [], ({ id, names, size }) =>
    limit(async () => {
      const image = await askOne(context, ['inspect', '--type=image', id], buildahConfig);
      if (image === undefined) return undefined;
      return {
        id: idOf(image.FromImageID),
        names: names ?? [],
        diffIds: image.OCIv1.rootfs.diff_ids,
        // "7.34 MB"
        sizeBytes: parseBytes(size) ?? 0,
        containers: (containers ?? []).filter(({ imageid }) => imageid === image.FromImageID).map(({ containername }) => containername),
      };
    }),
  );
}

async function collect<Listed>(
  listed: readonly Listed[],
  read: (one: Listed) => Promise<StoredImage | undefined>,
): Promise<readonly StoredImage[]> {
  const images = (await Promise.all(listed.map(read))).filter((image) => image !== undefined);
  // Podman lists an image once for each of its names.
  return [...new Map(images.map((image) => [image.id, image])).values()];
}

async function ask<Schema extends z.ZodType>(
  context: ContainersContext,
  args: readonly string[],
  schema: Schema,
): Promise<z.output<Schema>> {
  const { stdout } = await runToolOrFail(containersCall(context, args), containersPurpose(context, `list the images of ${context.tool}`));
  return schema.parse(JSON.parse(stdout.trim() === '' ? 'null' : stdout));
}

/** @returns `undefined` for an image that another process has removed meanwhile. */
async function askOne<Schema extends z.ZodType>(
  context: ContainersContext,
  args: readonly string[],
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const call = containersCall(context, args);
  const purpose = containersPurpose(context, `inspect the images of ${context.tool}`);
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode === 0) return schema.parse(JSON.parse(outcome.stdout));
  if (/image not known|no such (?:image|object)/i.test(outcome.stderr)) return undefined;
  throw toolFailure(call, outcome, purpose);
}

/** These tools write ids without the name of the algorithm. */
function idOf(hex: string): Digest {
  return parseDigest(hex.startsWith('sha256:') ? hex : `sha256:${hex}`);
}
