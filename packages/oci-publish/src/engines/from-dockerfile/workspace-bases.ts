import { createLayout, openLayout } from '@nx-oci/layout';
import { copyImage, fallbackSource, parsePlatform, parseReference, type ContentSource } from '@nx-oci/model';

import { findBases, type FoundBase, type OpenRepository } from '../base/load-base';
import type { BuildJob } from '../image/engine';
import { readImageRecord, type ImageRecord } from '../image/image-record';
import { imageFolder } from '../names/image-folder';
import { findNamedWorkspaceImage } from '../names/workspace-image';
import { readDockerfile, type ImageUse } from '../dockerfile/read-dockerfile';
import type { DockerfileOptions } from '../options/dockerfile-options';

/** An image of another project of the workspace that a Dockerfile is based on or copies from, as it was built. */
export interface WorkspaceBase {
  readonly project: string;
  /** Where the Dockerfile names it. */
  readonly uses: readonly ImageUse[];
  readonly record: ImageRecord;
  /** For each platform of the build, in their order. */
  readonly images: readonly FoundBase[];
}

interface Surroundings {
  readonly job: Pick<BuildJob, 'workspaceRoot' | 'workspaceImages'>;
  readonly openRepository: OpenRepository;
  readonly signal: AbortSignal;
}

/**
 * Finds the images of the workspace that the image of a Dockerfile is made of.
 *
 * @param dockerfile its text.
 * @throws OciError `LAYOUT_INVALID` for one that is not built; `PLATFORM_INVALID` for one that lacks a platform.
 */
export async function findWorkspaceBases(
  dockerfile: string,
  options: DockerfileOptions,
  { job: { workspaceRoot, workspaceImages = [] }, openRepository, signal }: Surroundings,
): Promise<readonly WorkspaceBase[]> {
  if (workspaceImages.length === 0) return [];
  const byProject = new Map<string, readonly ImageUse[]>();
  for (const use of readDockerfile(dockerfile, options).uses) {
    const project = findNamedWorkspaceImage(use.reference, workspaceImages)?.project;
    if (project !== undefined) byProject.set(project, [...(byProject.get(project) ?? []), use]);
  }
  const platforms = (options.platforms ?? [options.platform ?? ownPlatform()]).map((platform) => ({ platform: parsePlatform(platform) }));
  return Promise.all(
    [...byProject].map(async ([project, uses]) => {
      const folder = imageFolder(workspaceRoot, project);
      const reference = parseReference(uses[0]?.reference ?? '');
      const images = await findBases({ base: { kind: 'project', project, folder, reference }, platforms }, openRepository, signal);
      return { project, uses, record: await readImageRecord(folder), images };
    }),
  );
}

/** Engines build for the architecture of this machine, unless they are told otherwise. */
function ownPlatform(): string {
  return `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/** A layout with all blobs of a base, as builders read it: its own, or a copy with those that are only in a registry. */
export async function completeLayout(
  { project, record, images }: WorkspaceBase,
  { workspaceRoot, folder, signal }: { readonly workspaceRoot: string; readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const own = imageFolder(workspaceRoot, project);
  const root = record.output.manifest;
  if (record.output.base === undefined) return `oci-layout://${own}@${root.digest}`;
  const sink = await createLayout(folder);
  const contents: ContentSource[] = [await openLayout(own), ...images.map(({ content }) => content)];
  await copyImage(fallbackSource(contents), sink, root, { signal });
  await sink.setEntries([root]);
  return `oci-layout://${folder}@${root.digest}`;
}
