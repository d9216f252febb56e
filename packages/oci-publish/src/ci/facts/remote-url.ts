/** What ssh hosts are called on the web; an alias of ssh's configuration begins with one of them: `github.com-work`. */
const WEB_HOSTS: Readonly<Record<string, string>> = {
  'github.com': 'github.com',
  'ssh.github.com': 'github.com',
  'gitlab.com': 'gitlab.com',
  'altssh.gitlab.com': 'gitlab.com',
  'bitbucket.org': 'bitbucket.org',
  'altssh.bitbucket.org': 'bitbucket.org',
  'codeberg.org': 'codeberg.org',
  'git.sr.ht': 'git.sr.ht',
  'ssh.dev.azure.com': 'dev.azure.com',
  'vs-ssh.visualstudio.com': 'dev.azure.com',
};

/**
 * The address of a repository for the user, from whatever `git remote get-url` or a CI system says: `https://host/owner/name`,
 * without credentials or `.git`. `undefined` if there is no such address (a folder, say), and of an ssh host that is not
 * known: its name may be an alias of this machine, and its pages may be served elsewhere.
 */
export function toSourceUrl(remote: string): string | undefined {
  const scpLike = readScpLike(remote);
  if (scpLike !== undefined) return ofSsh(scpLike.host, scpLike.path);
  if (!URL.canParse(remote)) return undefined;
  const { protocol, hostname, host, pathname } = new URL(remote);
  if (hostname === '') return undefined;
  if (protocol === 'http:' || protocol === 'https:') return `${protocol}//${host}/${withoutSuffix(pathname.slice(1))}`;
  return ['ssh:', 'git:', 'git+ssh:'].includes(protocol) ? ofSsh(hostname, pathname.slice(1)) : undefined;
}

/** The host that an address names, as it is written there: of ssh it may be an alias. `undefined` for a folder. */
export function hostOfRemote(remote: string): string | undefined {
  const scpLike = readScpLike(remote);
  if (scpLike !== undefined) return scpLike.host.toLowerCase();
  const host = URL.canParse(remote) ? new URL(remote).hostname : '';
  return host === '' ? undefined : host;
}

/**
 * Whether two addresses, of ssh or http, or `owner/name` alone, name one repository of one host's. The whole path decides, for
 * groups may lie in groups; the host does not, as hosts go by several names.
 */
export function isSameRepository(one: string, other: string): boolean {
  const [path, otherPath] = [one, other].map(pathOf);
  return path !== '' && path === otherPath;
}

/** Without what only addresses of ssh or only those of http have: `scm/` of Bitbucket, `v3/` and `_git/` of Azure. */
function pathOf(remote: string): string {
  const path = readScpLike(remote)?.path ?? (URL.canParse(remote) ? new URL(remote).pathname : remote);
  return withoutSuffix(path.replace(/^\/+/, ''))
    .toLowerCase()
    .replace(/^(?:scm|v3)\//, '')
    .replace('/_git/', '/');
}

/** `[user@]host:path`; `C:\folder` is none. */
function readScpLike(remote: string): { readonly host: string; readonly path: string } | undefined {
  const [, host, path] = /^(?:[^@/\s]+@)?([A-Za-z0-9._-]+):(?!\/\/)\/?([^\s]+)$/.exec(remote) ?? [];
  return host === undefined || path === undefined || /^[A-Za-z]:[\\/]/.test(remote) ? undefined : { host, path };
}

function ofSsh(name: string, path: string): string | undefined {
  const host = name.toLowerCase();
  const known = Object.keys(WEB_HOSTS).find((one) => host === one || host.startsWith(`${one}-`) || host.startsWith(`${one}_`));
  const webHost = known === undefined ? undefined : WEB_HOSTS[known];
  if (webHost === undefined) return undefined;
  // v3/ORGANISATION/PROJECT/REPOSITORY
  const [version, organisation, project, repository] = withoutSuffix(path).split('/');
  if (webHost !== 'dev.azure.com') return `https://${webHost}/${withoutSuffix(path)}`;
  const isWhole = version === 'v3' && [organisation, project, repository].every(Boolean);
  return isWhole ? `https://${webHost}/${organisation ?? ''}/${project ?? ''}/_git/${repository ?? ''}` : undefined;
}

function withoutSuffix(path: string): string {
  return path.replace(/(?<!\/)\/+$/, '').replace(/\.git$/, '');
}
