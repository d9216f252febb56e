import { OciError } from '@nx-oci/model';

import { compareSources, type SourceChange } from './compare-sources';
import { FileDigests } from './file-digests';
import { type SourcesPlace } from './note-sources';
import { type SourcesRecord } from './sources-record';

/**
 * Makes sure that an image is what its sources make: Nx takes an image from its cache by the inputs that it is told, and
 * hashes no file that git ignores.
 *
 * @returns paths and variables that are not on this machine, so that nothing can be said of them.
 * @throws OciError `IMAGE_OUTDATED` with the first source that differs.
 */
export async function refuseOutdated(sources: SourcesRecord, { project, workspaceRoot, env }: SourcesPlace): Promise<readonly string[]> {
  const digests = await FileDigests.open(workspaceRoot, project);
  const { change, absent } = await compareSources(sources, { workspaceRoot, env, digests });
  await digests.save();
  if (change !== undefined) throw outdated(project, change);
  return [...new Set(absent)];
}

function outdated(project: string, change: SourceChange): OciError {
  const [rebuild, remedy] = [`nx run ${project}:image --skip-nx-cache`, remedyFor(change)];
  return new OciError('IMAGE_OUTDATED', `Cannot publish ${project}: its image is older than its sources, for ${describe(change)}.`, {
    hint: `Build it again: ${rebuild}\n${remedy}`,
  });
}

function describe({ path, how, look }: SourceChange): string {
  const name = path.replace(/\p{C}/gu, '?');
  if (look.kind === 'variable') return `the variable ${name} has another value (${look.option})`;
  if (look.kind === 'secret') return `the secret ${name} ${how === 'removed' ? 'is gone' : 'was not there'} when it was built`;
  return `${name} ${how === 'changed' ? 'has changed' : `was ${how}`} since it was built`;
}

/** Why Nx took it from the cache, and how it would not. */
function remedyFor({ look, path }: SourceChange): string {
  if (look.kind === 'variable') return `Add { "env": "${path}" } to the \`inputs\` of the image target, so that Nx builds it by itself.`;
  return (
    'So that Nx builds it by itself, the `inputs` of the image target need the file, or { "dependentTasksOutputFiles": "**/*", "transitive": true } ' +
    'and the task that makes it `outputs`. Nx does not see files that git ignores.'
  );
}
