import { join } from 'node:path';

import { run, runOrFail, type Outcome } from './run';
import { sharedFolder } from './shared-folder';

/** The docker command, with the engine of the tests and no logins. */
export interface DockerClient {
  /** Resolves to what it printed. @throws when it fails. */
  docker(...args: readonly string[]): Promise<string>;
  /** Resolves with any exit code. */
  tryDocker(...args: readonly string[]): Promise<Outcome>;
}

/** @param dockerHost `unix://…` */
export function openDocker(dockerHost: string): DockerClient {
  const options = { cwd: sharedFolder(), env: { DOCKER_HOST: dockerHost, DOCKER_CONFIG: join(sharedFolder(), 'docker') } };
  return {
    docker: async (...args) => (await runOrFail('docker', args, options)).trim(),
    tryDocker: (...args) => run('docker', args, options),
  };
}
