import { isOciError } from '@nx-oci/model';
import { describeError, openConnection, type Registries, type RegistryEntry, repositoryOf } from '@nx-oci/publish';

import { checkRegistry } from '../../doctor/check-registry';
import { STAND_IN } from '../../doctor/find-repositories';
import { needsFixing, renderDiagnosis } from '../../doctor/render-diagnosis';

interface EntryCheck {
  readonly name: string;
  readonly registries: Registries;
  readonly env: NodeJS.ProcessEnv;
  /** Names of the images of the workspace, as far as known. */
  readonly images: readonly string[];
  /** Whether a push needs a repository that was created before. */
  readonly hasRepositoryPerImage: boolean;
}

/**
 * Examines one entry of registries.yaml as `nx-oci:doctor` does: with the images of the workspace, or with a name that is never
 * stored if there is none.
 *
 * @returns the diagnosis for the terminal, and whether something needs fixing
 */
export async function checkEntry(check: EntryCheck): Promise<{ readonly text: string; readonly isFlawed: boolean }> {
  try {
    return await examine(check, check.registries.select([check.name]));
  } catch (error) {
    // An entry that cannot be used, such as one whose variables are not set.
    if (!isOciError(error)) throw error;
    return { text: describeError(error), isFlawed: true };
  }
}

async function examine({ env, images, hasRepositoryPerImage }: EntryCheck, entries: readonly RegistryEntry[]) {
  const connection = await openConnection({ entries, env, hasRetries: false });
  try {
    // Without an image, no repository was created that a push could be tried in.
    const isPushTried = images.length > 0 || !hasRepositoryPerImage;
    const diagnoses = await Promise.all(
      entries.map((entry) => {
        const [first = STAND_IN, ...others] = images;
        const repositories = [repositoryOf(entry, first), ...others.map((image) => repositoryOf(entry, image))] as const;
        return checkRegistry({ entry, repositories }, { connection, isPushTried });
      }),
    );
    const diagnosis = { problems: [], warnings: [], registries: diagnoses, engines: [] };
    return { text: renderDiagnosis(diagnosis), isFlawed: needsFixing(diagnosis) };
  } finally {
    await connection.close();
  }
}
