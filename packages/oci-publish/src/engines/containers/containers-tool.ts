import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openSavedLayout, type SavedImage } from '@nx-oci/layout';
import { parseDigest, type Digest } from '@nx-oci/model';

import { builderArguments, usesCaches } from '../dockerfile/builder-arguments';
import { dockerfileArguments } from '../dockerfile/dockerfile-arguments';
import type { DockerfileBuild, DockerfileTool } from '../dockerfile/dockerfile-tool';
import { makeAuthFile } from '../dockerfile/login-folder';
import { failedBuildHint } from '../dockerfile/failed-build-hint';
import { runToolOrFail } from '../tools/run-tool';
import { containersStore } from './containers-store';
import { lookUpBase } from './look-up-base';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';
import { listContainersImages } from './list-images';
import { removeContainersImage, removeFromContainersStore } from './remove-image';
import { writeIgnoreFile } from './write-ignore-file';

/** Podman or buildah as a tool that builds Dockerfiles. No daemon. */
export function createContainersTool(context: ContainersContext): DockerfileTool {
  const { tool } = context;
  return {
    name: tool,
    store: containersStore(context),
    async build(build) {
      const id = await buildImage(context, build);
      return {
        id,
        name: build.name,
        save: async (scratch) => [await saveImage(context, id, { scratch, project: build.project })],
        lookUpBase: (reference) => lookUpBase(context, reference),
      };
    },
    async describe() {
      const { stdout } = await runToolOrFail(
        containersCall(context, ['--version']),
        containersPurpose(context, `ask ${tool} for its version`),
      );
      return stdout.trim();
    },
    remove: ({ name, imageId }) =>
      imageId === undefined ? removeFromContainersStore(context, name) : removeContainersImage(context, imageId, name),
    listImages: () => listContainersImages(context),
  };
}

async function buildImage(context: ContainersContext, build: DockerfileBuild): Promise<Digest> {
  const { project, options, scratch, print } = build;
  const imageIdFile = join(scratch, 'image-id');
  const ignored = await writeIgnoreFile(options, { workspaceRoot: context.workspaceRoot, scratch });
  const building = containersPurpose(context, `build the image of ${project}`, failedBuildHint(options, context.workspaceRoot));
  const logins = usesCaches(options) ? await context.findLogins?.() : undefined;
  const auth = await makeAuthFile(context.env, logins ?? []);
  try {
    await runToolOrFail(
      containersCall({ ...context, env: auth.env }, buildArguments(build, imageIdFile, ignored), { onLine: print }),
      building,
    );
  } finally {
    await auth.remove();
  }
  return parseDigest((await readFile(imageIdFile, 'utf8')).trim());
}

interface Saving {
  readonly project: string;
  readonly scratch: string;
}

async function saveImage(context: ContainersContext, id: Digest, { project, scratch }: Saving): Promise<SavedImage> {
  const layout = join(scratch, 'layout');
  const call = containersCall(withoutLogins(context), ['push', '--quiet', '--format=oci', id, `oci:${layout}:image`]);
  await runToolOrFail(call, containersPurpose(context, `write the image of ${project} as a layout`));
  return openSavedLayout(layout);
}

/** A folder needs no login, but a configured login file that does not exist would stop the tool. */
function withoutLogins(context: ContainersContext): ContainersContext {
  const { DOCKER_CONFIG: _docker, REGISTRY_AUTH_FILE: _file, ...env } = context.env;
  return { ...context, env };
}

function buildArguments(
  { options, dockerfile, labels, name }: DockerfileBuild,
  imageIdFile: string,
  ignored: string | undefined,
): readonly string[] {
  return [
    'build',
    '--format=oci',
    `--iidfile=${imageIdFile}`,
    `--tag=${name}`,
    ...dockerfileArguments(options, labels, dockerfile),
    // `true` would be their default: to look for newer images, and use older ones if that fails.
    ...(options.pull ? ['--pull=always'] : []),
    ...builderArguments(options, 'plain'),
    ...(ignored === undefined ? [] : [`--ignorefile=${ignored}`]),
    // Podman caches the result of each step by default, buildah only with this option.
    ...(options.noCache ? [] : ['--layers']),
    // A label with the builder's version would change the image without a change of files.
    '--identity-label=false',
    options.context,
  ];
}
