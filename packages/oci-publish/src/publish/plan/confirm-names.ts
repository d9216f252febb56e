import { type KnownNames } from '../tag/floating/list-names';
import { isFound } from '../destination/unknown-tags';
import { type Observation } from './observe';

/**
 * Compares a list of tags with the tags that were found: if one is missing, the list is incomplete although it seems to end.
 * Proxies that drop the `Link` header cause this. The list is requested once more, because the tag may be newer than the list.
 */
export async function confirmNames(
  { tags }: Pick<Observation, 'tags'>,
  listed: KnownNames | undefined,
  askAgain: () => Promise<KnownNames | undefined>,
): Promise<KnownNames | undefined> {
  const found = [...tags].flatMap(([tag, there]) => (isFound(there) ? [tag.toLowerCase()] : []));
  const lacksSome = ({ names }: KnownNames): boolean => {
    // Gitea keeps tags in lower case.
    const known = new Set(names.map((name) => name.toLowerCase()));
    return found.some((tag) => !known.has(tag));
  };
  if (listed?.isWhole !== true || !lacksSome(listed)) return listed;
  const again = await askAgain();
  return again?.isWhole === true && lacksSome(again) ? { ...again, isWhole: false } : again;
}
