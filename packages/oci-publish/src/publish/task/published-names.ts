import { isOciError } from '@nx-oci/model';

import { type Registries } from '../../configuration/registries';
import { repositoryOf, type RepositoryName } from '../../configuration/repository-of';
import { imageNameOf } from './normalize-task';
import { readPublishOptions } from './publish-options';
import { type PublishTask } from './publish-task';

/**
 * The repositories that a publish task sends its image to. Those that cannot be known here, as with an unset variable, are left
 * out: the publish itself reports them.
 */
export function publishedNames(
  { project, options }: Pick<PublishTask, 'project' | 'options'>,
  registries: Registries,
): readonly RepositoryName[] {
  const read = readPublishOptions(options).options;
  const names = read.registries ?? registries.publish.registries ?? (registries.names.length === 1 ? registries.names : []);
  const image = read.image ?? imageNameOf(project);
  return names.flatMap((name) => {
    try {
      return registries.select([name]).map((entry) => repositoryOf(entry, image));
    } catch (error) {
      if (isOciError(error)) return [];
      throw error;
    }
  });
}
