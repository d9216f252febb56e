import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDigest, type Digest } from '@nx-oci/model';

import { dockerfileArguments } from '../dockerfile/dockerfile-arguments';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { failedBuildHint } from '../dockerfile/failed-build-hint';
import { runToolOrFail } from '../run-tool';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';
import { writeIgnoreFile } from './write-ignore-file';

export interface ContainersBuild {
  readonly project: string;
  readonly options: DockerfileOptions;
  /** Ours; they win over labels of the options. */
  readonly labels: Readonly<Record<string, string>>;
  /** Local `name:tag`. */
  readonly name: string;
  /** Absolute; an empty folder for files in between. */
  readonly scratch: string;
  /** Gets the builder's own output. */
  readonly print: (line: string) => void;
}

/**
 * Builds a Dockerfile into the tool's store, then writes it as a layout.
 *
 * @returns the folder of that layout, which lists one image.
 * @throws OciError `ENGINE_MISSING`; `ENGINE_FAILED` when a step fails, the builder's own output went to `print`.
 */
export async function buildLayout(context: ContainersContext, build: ContainersBuild): Promise<string> {
  const { project, scratch, print } = build;
  const imageIdFile = join(scratch, 'image-id');
  const ignored = await writeIgnoreFile(build.options, { workspaceRoot: context.workspaceRoot, scratch });
  const building = containersPurpose(context, `build the image of ${project}`, failedBuildHint(build.options, context.workspaceRoot));
  await runToolOrFail(containersCall(context, buildArguments(build, imageIdFile, ignored), { onLine: print }), building);
  const id = await readId(imageIdFile);
  const layout = join(scratch, 'layout');
  const writing = containersPurpose(context, `write the image of ${project} as a layout`);
  const call = containersCall(withoutLogins(context), ['push', '--quiet', '--format=oci', id, `oci:${layout}:image`]);
  await runToolOrFail(call, writing);
  return layout;
}

/** Nobody is logged in to for a folder, but a file of logins that is named and not there would stop it. */
function withoutLogins(context: ContainersContext): ContainersContext {
  const { DOCKER_CONFIG: _docker, REGISTRY_AUTH_FILE: _file, ...env } = context.env;
  return { ...context, env };
}

function buildArguments({ options, labels, name }: ContainersBuild, imageIdFile: string, ignored: string | undefined): readonly string[] {
  return [
    'build',
    '--format=oci',
    `--iidfile=${imageIdFile}`,
    `--tag=${name}`,
    ...dockerfileArguments(options, labels),
    ...(ignored === undefined ? [] : [`--ignorefile=${ignored}`]),
    // Podman keeps what each step made, buildah only when it is told to.
    ...(options.noCache ? [] : ['--layers']),
    // A label with the builder's version would make another image of the same files.
    '--identity-label=false',
    options.context,
  ];
}

async function readId(file: string): Promise<Digest> {
  return parseDigest((await readFile(file, 'utf8')).trim());
}
