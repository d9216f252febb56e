import { isOciError, type TagReader } from '@nx-oci/model';

/** GitHub's registry, where new packages are private, whatever their repository is. */
const GHCR = 'ghcr.io';

/** A repository that may get its first image. */
export interface PossiblyNewPackage {
  /** `host[:port]` */
  readonly host: string;
  /** `owner/package` */
  readonly repository: string;
  /** Whether any of the image's tags already exists. */
  readonly hasTags: boolean;
  /** The image's `org.opencontainers.image.source`. */
  readonly source: string | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Manual steps after the first version of a package is on ghcr.io. Sends one request, and only there and only
 * if none of the image's tags was found.
 *
 * @returns `undefined` if there is nothing to say.
 * @see https://docs.github.com/en/packages/learn-github-packages/configuring-a-packages-access-control-and-visibility
 */
export async function noticeFirstVersion(candidate: PossiblyNewPackage, tags: TagReader): Promise<string | undefined> {
  if (candidate.host !== GHCR || candidate.hasTags) return undefined;
  try {
    const { names, unread } = await tags.listTags({ signal: candidate.signal });
    return names.length > 0 || unread !== undefined ? undefined : describeFirstVersion(candidate);
  } catch (error) {
    // A notice must not cause a failure; the push reports errors in more detail.
    if (isOciError(error)) return undefined;
    throw error;
  }
}

function describeFirstVersion({ repository, source }: PossiblyNewPackage): string {
  const [owner = '', ...rest] = repository.split('/');
  const settings = `packages/container/${encodeURIComponent(rest.join('/'))}/settings`;
  const link =
    source === undefined
      ? 'It is not linked to a repository, because this workspace has no git remote; link it there, too, so that workflows can write to it.'
      : `It is linked to ${source} (org.opencontainers.image.source).`;
  return (
    `${GHCR}/${repository} is a new package: it is private until you make it public at ` +
    `https://github.com/users/${owner}/${settings} (of an organisation: https://github.com/orgs/${owner}/${settings}). ${link}`
  );
}
