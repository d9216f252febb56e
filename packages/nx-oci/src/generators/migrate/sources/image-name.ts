import { hasExpression, toVariables } from './expressions';

/** An image's name in its parts. */
export interface ImageName {
  readonly host: string;
  readonly namespace?: string;
  readonly image: string;
}

const HUB = 'docker.io';

/**
 * Splits a name as registries.yaml needs it; the first part is a host if it looks like one, else it is Docker Hub's.
 *
 * @param repository name of the repository on GitHub, which `github.repository` ends with
 * @returns undefined if a part of it is unknown
 */
export function splitImageName(written: string, repository: string): ImageName | undefined {
  const text = toVariables(written)
    .replace(/:[\w][\w.-]*$/, '')
    .replaceAll('${GITHUB_REPOSITORY}', `\${GITHUB_REPOSITORY_OWNER}/${repository}`);
  if (hasExpression(text)) return undefined;
  const [first = '', ...others] = text.split('/');
  const isHost = others.length > 0 && looksLikeHost(first, others.length);
  const parts = isHost ? others : [first, ...others];
  const image = parts.at(-1) ?? '';
  const namespace = parts.slice(0, -1).join('/');
  if (image === '' || image.includes('${')) return undefined;
  return { host: isHost ? first : HUB, ...(namespace !== '' && { namespace }), image: image.toLowerCase() };
}

/** A variable is Docker Hub's user only where one part follows: its names have two. */
function looksLikeHost(first: string, partsAfter: number): boolean {
  if (/[.:]|^localhost$/.test(first.replaceAll(/\$\{\w+\}/g, ''))) return true;
  return /^\$\{\w*REGISTRY\w*\}$/.test(first) || (partsAfter > 1 && /^\$\{\w+\}$/.test(first) && first !== '${GITHUB_REPOSITORY_OWNER}');
}
