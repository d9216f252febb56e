import { type WorkspaceImage, findWorkspaceImage } from '../engines/names/workspace-image';
import { imageFolder } from '../engines/names/image-folder';
import { type NativeBuildOptions } from '../engines/options/native-options';

/** Options whose base, if it is the image of another project of the workspace, is that image as built. Pure. */
export function useWorkspaceBase(
  options: NativeBuildOptions,
  images: readonly WorkspaceImage[],
  workspaceRoot: string,
): NativeBuildOptions {
  const { base } = options;
  if (base.kind !== 'registry') return options;
  const { project, hasParts } = findWorkspaceImage(base.reference, images) ?? {};
  if (project === undefined) return options;
  const folder = imageFolder(workspaceRoot, project);
  return { ...options, base: { kind: 'project', project, folder, ...(hasParts === true && { hasParts }), reference: base.reference } };
}
