import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import type { RealServer, RealThings } from './real-things';

/** A node of a builder: which BuildKit, and for which platforms it counts. */
export interface BuilderNode {
  readonly server: RealServer;
  /** By default what it says itself. */
  readonly platforms?: readonly string[];
}

/**
 * Makes a DOCKER_CONFIG of its own with the buildx plugin, and builders on real BuildKit servers.
 *
 * @param folder absolute; made here.
 * @param builders their nodes, by the names of the builders.
 * @returns the environment that uses it.
 */
export function makeBuilders(
  things: RealThings,
  folder: string,
  builders: Readonly<Record<string, readonly BuilderNode[]>>,
): { readonly DOCKER_CONFIG: string; readonly BUILDX_CONFIG: string } {
  mkdirSync(join(folder, 'cli-plugins'), { recursive: true });
  symlinkSync(things.tool('buildx'), join(folder, 'cli-plugins/docker-buildx'));
  const env = { DOCKER_CONFIG: folder, BUILDX_CONFIG: join(folder, 'buildx') };
  for (const [name, nodes] of Object.entries(builders)) {
    nodes.forEach(({ server, platforms = [] }, index) => {
      const { ca, cert, key } = server.builder;
      const args = [
        ...['buildx', 'create', `--name=${name}`, `--node=${name}${index}`, '--driver=remote'],
        `--driver-opt=cacert=${ca},cert=${cert},key=${key}`,
        ...(index === 0 ? [] : ['--append']),
        ...platforms.map((platform) => `--platform=${platform}`),
        `tcp://${server.host}`,
      ];
      execFileSync('docker', args, { env: { PATH: process.env['PATH'], HOME: folder, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    });
  }
  return env;
}
