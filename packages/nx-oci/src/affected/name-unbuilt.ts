import {
  type ChangesOf,
  type CommitFacts,
  type Connection,
  memorizeManifests,
  type NamedImage,
  nameImage,
  normalizeTask,
  planUnbuiltImage,
  type PublishTask,
  type Registries,
  type ReleasePattern,
  repositoryOf,
} from '@nx-oci/publish';

export interface NamingContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly git: CommitFacts;
  readonly registries: Registries;
  readonly connection: Connection;
  readonly releasePatternsOf: (project: string) => readonly ReleasePattern[];
  readonly nowMs: number;
}

/**
 * The tags and destinations of an image, as if it were built.
 *
 * @throws OciError if the options of its publish target are invalid.
 */
export async function nameUnbuilt(
  asked: PublishTask,
  changesOf: ChangesOf,
  { registries, connection, git, ...context }: NamingContext,
): Promise<NamedImage> {
  const task = normalizeTask(asked, registries, context.env);
  const destinations = task.registries.map((entry) => ({
    entry,
    // A manifest that came with a tag is not read again.
    repository: memorizeManifests(connection.client.repository(repositoryOf(entry, task.image))),
  }));
  const opened = { task, folder: '', built: planUnbuiltImage(task.project), destinations };
  return nameImage(opened, { ...context, git: Promise.resolve(git), changesOf });
}
