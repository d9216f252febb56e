/** A commit, and where it can be seen; `url` is `undefined` if no web page is known. */
export interface CommitLink {
  readonly revision: string;
  /** Whether it is the hash of a commit; a label may have any text. */
  readonly isHash: boolean;
  readonly url: string | undefined;
}

/** The commit of `org.opencontainers.image.revision`, in the repository of `org.opencontainers.image.source`. */
export function findCommit(source: string | undefined, revision: string | undefined): CommitLink | undefined {
  if (revision === undefined || revision === '') return undefined;
  const repository = findRepositoryUrl(source);
  const isHash = /^[0-9a-f]{7,64}$/i.test(revision);
  return { revision, isHash, url: repository && isHash ? `${repository.href}${commitPath(repository.hostname)}${revision}` : undefined };
}

/** The text as a link, if it is an address of a web page: anything else, such as `javascript:`, must not become one. */
export function webAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  // A login in an address is a secret, or deceives about the host.
  return url.username === '' && url.password === '' ? url.href : undefined;
}

/** `https://github.com/acme/api` of its usual spellings: with `.git`, with a path inside, `git@github.com:acme/api`. */
function findRepositoryUrl(source = ''): URL | undefined {
  const [, host, path] = /^(?:ssh:\/\/)?git@([\w.-]+)[:/](.+)$/.exec(source) ?? [];
  const address = webAddress(host === undefined ? source : `https://${host}/${path ?? ''}`);
  if (address === undefined) return undefined;
  const url = new URL(address);
  url.hash = '';
  url.search = '';
  url.pathname = url.pathname
    .replace(/\/(?:-\/)?(?:tree|blob|src)\/.*$/, '')
    // Only from the first of many slashes: from each of them, a hostile path would take minutes.
    .replace(/(?<!\/)\/+$/, '')
    .replace(/\.git$/, '');
  return url.pathname === '/' || url.pathname === '' ? undefined : url;
}

// GitHub's path is understood by Gitea, Forgejo and Azure DevOps, too.
function commitPath(host: string): string {
  if (/(?:^|\.)gitlab\./.test(host)) return '/-/commit/';
  return host === 'bitbucket.org' ? '/commits/' : '/commit/';
}
