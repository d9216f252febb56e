import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server that `tools/ci/start.mjs` started on this machine. */
export interface RealServer {
  /** `docker` (classic store), `docker-containerd`, `distribution-2.8`, `distribution-2.8-login`, `distribution-3`, `distribution-3-login`, `buildkit`, `buildkit-2`. */
  readonly name: string;
  /** Of a registry or a builder: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Of an engine: `unix://…`. */
  readonly dockerHost: string;
  readonly username: string;
  readonly password: string;
  /** What a client of a builder needs for TLS: absolute paths of PEM files. */
  readonly builder: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Real engines, registries and programs, for specs. */
export interface RealThings {
  /** @throws if `name` is not among the `needs` of `describeWith`. */
  server(name: string): RealServer;
  /** Absolute path of a program. */
  tool(name: string): string;
}

interface ServersFile {
  readonly servers: readonly (RealServer & { readonly pid: number })[];
  readonly tools: Readonly<Record<string, string>>;
}

const INSTALL = 'node tools/ci/install.mjs && node tools/ci/start.mjs';
const SERVERS_FILE = join(__dirname, '../../../../tmp/real-things/servers.json');

/**
 * A `describe` that needs real servers or tools: if one is missing, it is skipped, or fails if `NX_OCI_REQUIRE` names it,
 * as in CI.
 *
 * @param needs names of servers and tools: `['docker', 'distribution-3-login', 'skopeo']`.
 */
export function describeWith(needs: readonly string[], title: string, body: (things: RealThings) => void): void {
  const found = readServers();
  const missing = needs.filter((name) => serverIn(found, name) === undefined && found.tools[name] === undefined);
  if (missing.length === 0) {
    describe(title, () => body(thingsIn(found)));
    return;
  }

  const required = (process.env['NX_OCI_REQUIRE'] ?? '').split(',');
  const broken = missing.filter((name) => required.includes(name) || required.includes(name.replace(/-login$/, '')));
  if (broken.length === 0) {
    describe.skip(title, () => {
      it(`needs ${missing.join(', ')} (${INSTALL})`, () => undefined);
    });
    return;
  }
  describe(title, () => {
    it(`needs ${broken.join(', ')}, which NX_OCI_REQUIRE requires`, () => {
      throw new Error(`Not there: ${broken.join(', ')} → ${INSTALL}`);
    });
  });
}

/**
 * Absolute path of a program that `tools/ci/install.mjs` installed, as far as `tools/ci/start.mjs` has recorded it: for what a spec
 * also takes from elsewhere.
 */
export function findRealTool(name: string): string | undefined {
  return readServers().tools[name];
}

function thingsIn(found: ServersFile): RealThings {
  return {
    server: (name) => serverIn(found, name) ?? fail(name),
    tool: (name) => found.tools[name] ?? fail(name),
  };
}

function fail(name: string): never {
  throw new Error(`${name} is not among the needs of this describeWith.`);
}

function serverIn(found: ServersFile, name: string): RealServer | undefined {
  // Debian's docker client has the same name as the engine: a need for "docker" means the engine.
  return found.servers.find((server) => server.name === name && isAlive(server.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readServers(): ServersFile {
  try {
    const { servers, tools } = JSON.parse(readFileSync(SERVERS_FILE, 'utf8')) as ServersFile;
    const { docker: _client, ...programs } = tools;
    return { servers, tools: programs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { servers: [], tools: {} };
    throw error;
  }
}
