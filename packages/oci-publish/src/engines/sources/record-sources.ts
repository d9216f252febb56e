import { FileDigests } from './file-digests';
import { snapshotSources } from './snapshot-source';
import { type TrackedSource } from './tracked-source';
import { makeSourcesRecord, type SourcesRecord } from './sources-record';

export interface SourcesContext {
  readonly project: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Records what goes into an image before it is built: a change during the build makes the image older than its sources, never
 * newer.
 */
export async function recordSources(
  looks: readonly TrackedSource[],
  { project, workspaceRoot, env }: SourcesContext,
): Promise<SourcesRecord> {
  const digests = await FileDigests.open(workspaceRoot, project);
  const found = await snapshotSources(looks, { workspaceRoot, env, digests });
  await digests.save();
  return makeSourcesRecord(looks.map((look, index) => ({ look, found: found[index] ?? {} })));
}
