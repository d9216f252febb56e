import { OciError } from '@nx-oci/model';

import { describeBuilt, type ExpectedPart } from '../names/expected-part';
import { compareSources, type SourceChange } from './compare-sources';
import { FileDigests } from './file-digests';
import { type SourcesContext } from './record-sources';
import { type SourcesRecord } from './sources-record';

/**
 * Makes sure that an image matches its sources: Nx takes an image from its cache by the declared inputs, and does not hash files
 * that git ignores.
 *
 * @returns paths and variables that are not on this machine, and so were not compared.
 * @throws OciError `IMAGE_OUTDATED` with the first source that differs.
 */
export async function refuseOutdated(
  sources: SourcesRecord,
  { project, taskId, part, workspaceRoot, env }: SourcesContext & PublishedBuild,
): Promise<readonly string[]> {
  const digests = await FileDigests.open(workspaceRoot, project);
  const { change, absent } = await compareSources(sources, { workspaceRoot, env, digests });
  await digests.save();
  if (change !== undefined) throw outdated({ project, taskId, ...(part && { part }) }, change);
  return [...new Set(absent)];
}

interface PublishedBuild {
  /** Of the publish. */
  readonly taskId: string;
  /** The part of the image that the sources are of; absent for a whole image. */
  readonly part?: ExpectedPart;
}

function outdated({ project, taskId, part }: PublishedBuild & { readonly project: string }, change: SourceChange): OciError {
  const message = `Cannot publish ${project}: ${describeBuilt(part)} is older than its sources: ${describe(change)}.`;
  // Otherwise the publish would take the image from the cache again.
  const again =
    part === undefined ? `Build and publish it in one run: nx run ${taskId}` : `Make it again on ${part.platform}: nx run ${part.task}`;
  return new OciError('IMAGE_OUTDATED', message, { hint: `${again} --skip-nx-cache\n${remedyFor(change)}` });
}

function describe({ path, how, look }: SourceChange): string {
  const name = path.replace(/\p{C}/gu, '?');
  if (look.kind === 'variable') return `the variable ${name} has another value (${look.option})`;
  if (look.kind === 'secret')
    return `the secret ${name} ${how === 'removed' ? 'has been removed since it was built' : 'did not exist when it was built'}`;
  return `${name} ${how === 'changed' ? 'has changed' : `was ${how}`} since it was built`;
}

/** Explains why Nx took it from the cache, and how to prevent that. */
function remedyFor({ look, path }: SourceChange): string {
  if (look.kind === 'variable') return `Add { "env": "${path}" } to the \`inputs\` of the image target, so that Nx rebuilds it.`;
  return (
    'To have Nx rebuild it, add the file to the `inputs` of the image target, or add { "dependentTasksOutputFiles": "**/*", "transitive": true } ' +
    'and declare `outputs` for the task that writes it. Nx does not see files that git ignores.'
  );
}
