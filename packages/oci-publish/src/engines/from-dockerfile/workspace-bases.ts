import { createLayout, openLayout } from '@nx-oci/layout';
import { copyImage, fallbackSource, formatPlatform, OciError, parsePlatform, parseReference, type ContentSource } from '@nx-oci/model';

import { findBases, type FoundBase, type OpenRepository } from '../base/load-base';
import type { BuildJob } from '../image/engine';
import { readImageRecord, type ImageRecord } from '../image/image-record';
import { imageFolder, partFolder } from '../names/image-folder';
import { findNamedWorkspaceImage } from '../names/workspace-image';
import { readDockerfile, type ImageUse } from '../dockerfile/read-dockerfile';
import type { DockerfileOptions } from '../options/dockerfile-options';

/** An image of another project of the workspace that a Dockerfile is based on or copies from, as it was built. */
export interface WorkspaceBase {
  readonly project: string;
  /** Where the Dockerfile names it. */
  readonly uses: readonly ImageUse[];
  /** Of its layout; absolute. */
  readonly folder: string;
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
  const byProject = new Map<string, NamedImage>();
  for (const use of readDockerfile(dockerfile, options).uses) {
    const { project, hasParts = false } = findNamedWorkspaceImage(use.reference, workspaceImages) ?? {};
    if (project !== undefined) byProject.set(project, { hasParts, uses: [...(byProject.get(project)?.uses ?? []), use] });
  }
  const platforms = (options.platforms ?? [options.platform ?? ownPlatform()]).map((platform) => ({ platform: parsePlatform(platform) }));
  return Promise.all(
    [...byProject].map(async ([project, { uses, hasParts }]) => {
      const [first, ...others] = platforms.map(({ platform }) => formatPlatform(platform));
      if (hasParts && others.length > 0) throw lacksParts(project);
      const folder = hasParts && first !== undefined ? partFolder(workspaceRoot, project, first) : imageFolder(workspaceRoot, project);
      const reference = parseReference(uses[0]?.reference ?? '');
      const record = await readImageRecord(folder);
      // Stages for the platform of the builder need no other one.
      const isForBuilder = uses.every(({ hasOwnPlatform = false }) => hasOwnPlatform);
      const wanted = isForBuilder ? record.platforms.map((platform) => ({ platform: parsePlatform(platform) })) : platforms;
      const images = await findBases({ base: { kind: 'project', project, folder, reference }, platforms: wanted }, openRepository, signal);
      return { project, uses, folder, record, images };
    }),
  );
}

interface NamedImage {
  readonly hasParts: boolean;
  readonly uses: readonly ImageUse[];
}

/** A builder reads one layout for a base, and the parts of this one are in several. */
function lacksParts(base: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot build for several platforms at once on the image of ${base}: that consists of parts.`, {
    hint: 'Set `parts` for this image, too: then each part is built on the part for its platform.',
  });
}

/** Engines build for the architecture of this machine, unless they are told otherwise. */
function ownPlatform(): string {
  return `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/** A layout with all blobs of a base, as builders read it: its own, or a copy with those that are only in a registry. */
export async function completeLayout(
  { folder: own, record, images }: WorkspaceBase,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<string> {
  const root = record.output.manifest;
  if (record.output.base === undefined) return `oci-layout://${own}@${root.digest}`;
  const sink = await createLayout(folder);
  const contents: ContentSource[] = [await openLayout(own), ...images.map(({ content }) => content)];
  await copyImage(fallbackSource(contents), sink, root, { signal });
  await sink.setEntries([root]);
  return `oci-layout://${folder}@${root.digest}`;
}
