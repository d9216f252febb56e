import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { logger } from '@nx/devkit';
import { copyImages, loadRegistries, normalizeOptions, openConnection, publish } from '@nx-oci/publish';
import { flushChanges, FsTree } from 'nx/src/generators/tree';

import { registryGenerator } from '../generator';
import { type RegistryOptions } from '../registry-options';

/** A workspace with the image `api`, whose user adds a registry, publishes to it and copies within it. */
export interface RegistryUser {
  readonly root: string;
  /** Everything that the generator printed. */
  readonly printed: readonly string[];
  /** Logs in by variables, as in CI. */
  setVariables(variables: Readonly<Record<string, string>>): void;
  /** Logs in as `docker login` does. */
  logIn(host: string, login: { readonly username: string; readonly password: string }): void;
  /** Runs the generator, and its check. @returns what was printed */
  addRegistry(options: RegistryOptions): Promise<string>;
  /** @returns the outcome of the run */
  publishApi(): Promise<string>;
  /** Copies `v1.4.0` of api to the tag `stable` of the image `mirror`. */
  copyToMirror(repository: string): Promise<void>;
  remove(): void;
}

const PROJECTS = { api: { root: 'apps/api', targets: { publish: { executor: 'nx-oci:publish' } } } };

export function makeRegistryUser(): RegistryUser {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-kind-')));
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], REGISTRY_AUTH_FILE: '', DOCKER_CONFIG: join(root, 'docker') };
  const printed: string[] = [];
  for (const folder of ['docker', 'api']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'api/run'), '#!/bin/sh\necho api\n');
  return {
    root,
    printed,
    setVariables: (variables) => void Object.assign(env, variables),
    logIn: (host, { username, password }) => {
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(join(root, 'docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    },
    addRegistry: async (options) => {
      const tree = new FsTree(root, false);
      const info = jest.spyOn(logger, 'info').mockImplementation((text: unknown) => void printed.push(String(text)));
      try {
        const context = { argv: [], env, readProjects: () => Promise.resolve(PROJECTS) };
        const done = await registryGenerator(tree, { ...options, check: true }, context);
        flushChanges(root, tree.listChanges());
        await done();
        return printed.join('\n');
      } finally {
        info.mockRestore();
      }
    },
    publishApi: async () => {
      const images = { api: { layers: [{ from: 'api', to: '/app' }] } };
      return (await publish({ folder: root, env, images, tags: ['latest'], version: '1.4.0' })).outcome;
    },
    copyToMirror: async (repository) => {
      const registries = await loadRegistries(root, env);
      const options = { from: [`${repository}:v1.4.0`], to: [...registries.names], image: 'mirror', tags: ['stable'] };
      const request = normalizeOptions(options, { project: 'tools', registries, env });
      const connection = await openConnection({ entries: request.entries, env });
      try {
        await copyImages(request, { ...connection, print: () => undefined, now: Date.now });
      } finally {
        await connection.close();
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
