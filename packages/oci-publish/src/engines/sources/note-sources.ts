import { FileDigests } from './file-digests';
import { lookAtSources } from './look-at-source';
import { type SourceLook } from './source-look';
import { makeSourcesRecord, type SourcesRecord } from './sources-record';

export interface SourcesPlace {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Notes what goes into an image, before it is built: what changes while it is built makes the image older than its sources,
 * never younger.
 */
export async function noteSources(looks: readonly SourceLook[], { project, workspaceRoot, env }: SourcesPlace): Promise<SourcesRecord> {
  const digests = await FileDigests.open(workspaceRoot, project);
  const looked = await lookAtSources(looks, { workspaceRoot, env, digests });
  await digests.save();
  return makeSourcesRecord(looked);
}
