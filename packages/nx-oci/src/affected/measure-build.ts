import {
  type Connection,
  findCurrentBuild,
  imageOpener,
  type InputsOf,
  memoize,
  type NamedImage,
  readFileIds,
  stampImage,
} from '@nx-oci/publish';

import { type Reason } from './plan-schema';

/** Measures images that would be published. */
export type MeasureBuild = (image: NamedImage, reasons: readonly Reason[]) => Promise<number | undefined>;

export interface MeasureContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly connection: Connection;
  readonly inputsOf: InputsOf;
}

/**
 * The size in bytes that an image would have when published, with its labels; `undefined` unless this workspace has a build of
 * the current sources. Sends no request.
 */
export function measureBuilds({ workspaceRoot, env, connection, inputsOf }: MeasureContext): MeasureBuild {
  const fileIds = memoize(() => readFileIds(workspaceRoot));
  const opening = { workspaceRoot, env, inputsOf, fileIds, openLayout: imageOpener(connection) };
  return async (image, reasons) => {
    // The existing build uses the old base.
    if (reasons.length === 0 || reasons.some(({ kind }) => kind === 'base')) return undefined;
    const built = await findCurrentBuild(image.task, opening);
    return built && stampImage({ ...image, built }).image.sizeBytes;
  };
}
