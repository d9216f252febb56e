/** The web hosts of ssh hosts; an alias in ssh's configuration begins with one of them: `github.com-work`. */
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
 * The address of a repository for the user, from the output of `git remote get-url` or a CI system: `https://host/owner/name`,
 * without credentials or `.git`. `undefined` if there is no such address (for a folder), and for an unknown ssh host: its name
 * may be an alias of this machine, and its pages may be on another host.
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

/** The host in an address, as written: with ssh it may be an alias. `undefined` for a folder. */
export function hostOfRemote(remote: string): string | undefined {
  const scpLike = readScpLike(remote);
  if (scpLike !== undefined) return scpLike.host.toLowerCase();
  const host = URL.canParse(remote) ? new URL(remote).hostname : '';
  return host === '' ? undefined : host;
}

/**
 * Whether two addresses (ssh, http, or just `owner/name`) name the same repository of one host. The whole path decides, since
 * groups may be nested; the host does not, since hosts have several names.
 */
export function isSameRepository(one: string, other: string): boolean {
  const [path, otherPath] = [one, other].map(pathOf);
  return path !== '' && path === otherPath;
}

/** Removes the parts that only ssh or only http addresses have: `scm/` of Bitbucket, `v3/` and `_git/` of Azure. */
function pathOf(remote: string): string {
  const path = readScpLike(remote)?.path ?? (URL.canParse(remote) ? new URL(remote).pathname : remote);
  return withoutSuffix(path.replace(/^\/+/, ''))
    .toLowerCase()
    .replace(/^(?:scm|v3)\//, '')
    .replace('/_git/', '/');
}

/** `[user@]host:path`; `C:\folder` does not match. */
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
