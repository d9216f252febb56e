import { randomUUID } from 'node:crypto';

/**
 * The token service of a registry without accounts: every client gets a token for the scopes that it requests, and a request
 * needs a token that covers it, as in the distribution specification's token authentication.
 */
export class Bearer {
  /** @type {Map<string, Set<string>>} token → `repository:action` */
  #granted = new Map();

  /** @param {'http' | 'https'} scheme of the token service */
  constructor(scheme) {
    this.scheme = scheme;
  }

  /** @param {URL} url of a request to `/token` */
  issue(url) {
    const token = randomUUID();
    this.#granted.set(token, new Set(url.searchParams.getAll('scope').flatMap((scope) => scope.split(' ').flatMap(readScope))));
    return { token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() };
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {string | undefined} authorization the header
   * @returns {string | undefined} the challenge for a request without sufficient scope; undefined for one that may pass
   */
  challenge(method, url, authorization) {
    const needed = neededScope(method, url);
    const granted = this.#granted.get(authorization?.replace(/^bearer /i, '') ?? '');
    if (
      granted !== undefined &&
      needed.every(({ repository, actions }) => actions.every((action) => granted.has(`${repository}:${action}`)))
    )
      return undefined;
    const scope = needed.map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`).join(' ');
    return `Bearer realm="${this.scheme}://${url.host}/token",service="bench"${scope === '' ? '' : `,scope="${scope}"`}`;
  }
}

/** @param {string} scope `repository:NAME:pull,push` */
function readScope(scope) {
  const [, repository, actions = ''] = scope.split(':');
  return actions.split(',').map((action) => `${repository}:${action}`);
}

/** @param {string} method @param {URL} url */
function neededScope(method, url) {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(url.pathname)?.[1];
  if (repository === undefined) return [];
  const actions = method === 'GET' || method === 'HEAD' ? ['pull'] : ['pull', 'push'];
  // Does not check whether a mount may read its source: registries answer 202 there, never 401.
  return [{ repository, actions }];
}
