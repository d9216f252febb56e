import { isDigest } from '@nx-oci/model';

/** The registry as the browser reached it. */
export interface Site {
  /** `127.0.0.1:5080` */
  readonly host: string;
  /** Whether a proxy in front of us speaks TLS. */
  readonly isSecure: boolean;
}

/** A command that pulls an image. */
export interface PullCommand {
  readonly tool: string;
  readonly command: string;
}

/** What a command pulls. */
export interface Pulled {
  readonly repository: string;
  /** A tag or digest. */
  readonly reference: string;
  readonly kind: 'image' | 'chart' | 'artifact';
}

export function pullCommands(site: Site, pulled: Pulled): readonly PullCommand[] {
  const image = nameOf(site, pulled);
  const { kind } = pulled;
  if (kind === 'chart') return [helm(site, pulled), crane(site, image)];
  if (kind === 'artifact')
    return [{ tool: 'oras', command: `oras pull ${site.isSecure ? '' : '--plain-http '}${image}` }, crane(site, image)];
  return [
    { tool: 'Docker', command: `docker pull ${image}` },
    // It expects TLS even on this machine.
    { tool: 'Podman', command: `podman pull ${site.isSecure ? '' : '--tls-verify=false '}${image}` },
    crane(site, image),
  ];
}

function nameOf({ host }: Site, { repository, reference }: Pulled): string {
  return `${host}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}

function crane({ host, isSecure }: Site, image: string): PullCommand {
  const isLocal = /^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host);
  return { tool: 'crane', command: `crane pull ${isSecure || isLocal ? '' : '--insecure '}${image} image.tar` };
}

function helm({ host, isSecure }: Site, { repository, reference }: Pulled): PullCommand {
  const name = `oci://${host}/${repository}`;
  const version = isDigest(reference) ? `@${reference}` : ` --version ${reference}`;
  return { tool: 'Helm', command: `helm pull ${isSecure ? '' : '--plain-http '}${name}${version}` };
}
