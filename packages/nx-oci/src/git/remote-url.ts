/**
 * The address of a repository for people, from whatever `git remote get-url` says: `https://host/owner/name`,
 * without credentials, port of ssh, or `.git`. `undefined` where there is no such address (a folder, say).
 */
export function toSourceUrl(remote: string): string | undefined {
  const scpLike = /^(?:[^@/\s]+@)?([A-Za-z0-9.-]+):(?!\/)([^\s]+)$/.exec(remote);
  if (scpLike?.[1]?.includes('.') && scpLike[2]) return `https://${scpLike[1]}/${withoutSuffix(scpLike[2])}`;
  if (!URL.canParse(remote)) return undefined;
  const url = new URL(remote);
  if (!['http:', 'https:', 'ssh:', 'git:', 'git+ssh:'].includes(url.protocol) || url.hostname === '') return undefined;
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  const host = isWeb ? url.host : url.hostname;
  return `${url.protocol === 'http:' ? 'http' : 'https'}://${host}/${withoutSuffix(url.pathname.slice(1))}`;
}

function withoutSuffix(path: string): string {
  return path.replace(/(?<!\/)\/+$/, '').replace(/\.git$/, '');
}
