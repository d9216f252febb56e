import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A package before it is published. */
export interface AuthoredPackage {
  /** With `name` and `version`. */
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

export interface PackageRegistry {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  close(): Promise<void>;
}

/** A package registry for package managers. @param token without which it answers 401 */
export async function startPackageRegistry(packages: readonly AuthoredPackage[], token?: string): Promise<PackageRegistry> {
  const archives = packages.map((one) => ({ ...one, bytes: pack(one) }));
  const server = createServer((request, response) => {
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      response
        .writeHead(401, { 'www-authenticate': 'Bearer' })
        .end(`{"error":"no entry for ${request.headers.authorization ?? 'nobody'}"}`);
      return;
    }
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const archive = archives.find(({ manifest: { name, version } }) => path === `${name}/-/${version}.tgz`);
    const versions = archives.filter(({ manifest: { name } }) => name === path);
    if (archive !== undefined) response.end(archive.bytes);
    else if (versions.length === 0) response.writeHead(404).end('{}');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(describe(path, versions, urlOf(server))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const urlOf = (server: ReturnType<typeof createServer>) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

function describe(name: string, versions: readonly (AuthoredPackage & { readonly bytes: Buffer })[], url: string): object {
  const entries = versions.map(({ manifest, bytes }): [string, object] => {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const dist = { tarball: `${url}${name}/-/${manifest.version}.tgz`, integrity, shasum: createHash('sha1').update(bytes).digest('hex') };
    return [manifest.version, { ...manifest, dist }];
  });
  return { name, 'dist-tags': { latest: versions.at(-1)?.manifest.version }, versions: Object.fromEntries(entries) };
}

function pack({ manifest, files = {} }: AuthoredPackage): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-package-'));
  try {
    for (const [file, content] of Object.entries({ 'package.json': JSON.stringify(manifest), 'index.js': '', ...files })) {
      mkdirSync(dirname(join(folder, 'package', file)), { recursive: true });
      writeFileSync(join(folder, 'package', file), content);
    }
    execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: folder });
    return readFileSync(join(folder, 'package.tgz'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
