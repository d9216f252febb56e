import { isOciError, OciError, parseReference } from '@nx-oci/model';

import { type RegistryEntry } from './registry-entry';

/** The repository of an image on a registry, normalised like references. */
export interface RepositoryName {
  readonly registry: string;
  readonly repository: string;
}

/**
 * `<host>/<namespace>/<image>`; the path is lower-cased, because registries accept no capitals there.
 *
 * @param image name of the image, or a path; no tag and no digest
 * @throws OciError `REFERENCE_INVALID`
 */
export function repositoryOf(entry: Pick<RegistryEntry, 'name' | 'host' | 'namespace'>, image: string): RepositoryName {
  const path = [entry.namespace, image]
    .filter((part) => part !== '')
    .join('/')
    .toLowerCase();
  const text = `${entry.host}/${path}`;
  const parsed = parse(entry, image, text);
  if (image === '' || parsed.tag !== undefined || parsed.digest !== undefined) {
    throw refuse(entry, image, image === '' ? 'the image has no name' : 'it contains a tag or digest');
  }
  return { registry: parsed.registry, repository: parsed.repository };
}

function parse(entry: Pick<RegistryEntry, 'name'>, image: string, text: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(text);
  } catch (error) {
    if (!isOciError(error)) throw error;
    throw refuse(entry, image, error.message, error);
  }
}

function refuse({ name }: Pick<RegistryEntry, 'name'>, image: string, reason: string, cause?: OciError): OciError {
  const rule = 'Each part between slashes is lower-case letters and digits, joined by single . _ or -.';
  return new OciError('REFERENCE_INVALID', `Cannot name the image \`${image}\` on registry ${name}: ${reason.replace(/\.$/, '')}.`, {
    hint: `Set the option \`image\` to a name without tag and digest. ${rule}`,
    ...(cause && { cause }),
  });
}
