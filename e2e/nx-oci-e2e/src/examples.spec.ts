import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { makeBusyboxBase } from './support/busybox-base';
import './support/long-timeout';
import { type RegistryProgram, startRegistryProgram } from './support/registry-program';
import { runOrFail } from './support/run';
import { makeExample, makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { publishBase } from './support/web-app';

// The bases of Docker Hub are replaced by the Node, nginx and busybox of this machine; all else is as it stands in `examples`.
describeWith(['docker', 'nginx', 'busybox', 'crane'], 'an example, copied and installed', (things) => {
  let bases: TestWorkspace;
  let registry: RegistryProgram;
  let host: string;
  const dockerHost = things.server('docker').dockerHost;

  beforeAll(async () => {
    bases = await makeWorkspace();
    registry = await startRegistryProgram(bases);
    host = registry.host.replace('127.0.0.1', 'localhost');
    bases.write('registries.yaml', `registries:\n  real: { host: "${host}", namespace: bases, guard: false }\n`);
  });
  afterAll(async () => {
    await registry.stop();
    bases.remove();
  });

  const crane = (...args: readonly string[]) => runOrFail(things.tool('crane'), [...args, '--insecure'], { cwd: bases.root });
  const configOf = async (name: string) => {
    await crane('validate', '--remote', `${host}/${name}:latest`);
    const { config } = JSON.parse(await crane('config', `${host}/${name}:latest`)) as {
      readonly config: { readonly Cmd: readonly string[]; readonly User: string };
    };
    return config;
  };
  const replace = (workspace: TestWorkspace, file: string, [from, to]: readonly [string, string]) => {
    const path = join(workspace.root, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replaceAll(from, to));
  };
  const publish = async (workspace: TestWorkspace, ...args: readonly string[]) => {
    const { code, output } = await workspace.nx(args, { NX_OCI_PORT: host.split(':')[1], DOCKER_HOST: dockerHost });
    if (code !== 0) throw new Error(output);
    return output;
  };

  it('of an Express app publishes it, with its production dependencies as a layer of their own', async () => {
    const workspace = await makeExample('express-ghcr');
    const base = await publishBase(bases, 'node-runtime', { host, namespace: 'bases' });
    replace(workspace, 'apps/api/project.json', ['docker.io/library/node:22-slim', base]);
    await workspace.commit('another base');
    await publish(workspace, 'run', 'api:publish', '--registries=local');
    expect(await configOf('api')).toMatchObject({ Cmd: ['node', '/app/main.js'], User: '1000:1000' });
    const { layers } = JSON.parse(await crane('manifest', `${host}/api:latest`)) as { readonly layers: readonly unknown[] };
    expect(layers).toHaveLength(3);
    await crane('export', `${host}/api:latest`, join(bases.root, 'api.tar'));
    const listed = await runOrFail('tar', ['-tf', 'api.tar', 'app/main.js', 'app/node_modules/express/package.json'], { cwd: bases.root });
    expect(listed.trim().split('\n')).toHaveLength(2);
    workspace.remove();
  });

  it('of a page and a Dockerfile publishes both images together', async () => {
    const workspace = await makeExample('static-and-dockerfile');
    const base = await publishBase(bases, 'nginx', { host, namespace: 'bases' });
    replace(workspace, 'apps/site/project.json', ['docker.io/nginxinc/nginx-unprivileged:stable-alpine-slim', base]);
    replace(workspace, 'apps/greeter/Dockerfile', ['docker.io/library/busybox:1.37', await makeBusyboxBase(dockerHost)]);
    await workspace.commit('other bases');
    await publish(workspace, 'run-many', '-t', 'publish');
    expect(await configOf('site')).toMatchObject({ Cmd: ['nginx', '-g', 'daemon off;'], User: '101:101' });
    expect(await configOf('greeter')).toMatchObject({ Cmd: ['cat', '/greeting.txt'], User: '1000' });
    workspace.remove();
  });
});
