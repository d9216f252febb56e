import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { describeWith, type RealThings } from '@nx-oci/model/testing';

import { makeBusyboxBase } from './support/busybox-base';
import { openDocker } from './support/docker-client';
import { findSecret, type Traces } from './support/find-secret';
import './support/long-timeout';
import { listTags } from './support/read-back';
import { encodingsOf } from './support/secret-encodings';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { watchCommandLines } from './support/watch-command-lines';

// Writes the secret everywhere a careless tool could: as it is, in base64 after a name, and compressed.
const CARELESS = `
const { mkdirSync, writeFileSync } = require('node:fs');
const { CANARY, CARELESS_FOLDERS } = process.env;
const inBase64 = Buffer.from('somebody:' + CANARY).toString('base64');
console.log('logging in as somebody:' + CANARY);
require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => undefined, 400)', 'password=' + CANARY]);
for (const folder of CARELESS_FOLDERS.split(',')) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/careless.txt', CANARY);
  writeFileSync(folder + '/careless.json', JSON.stringify({ auth: inBase64 }));
  writeFileSync(folder + '/careless.gz', require('node:zlib').gzipSync(CANARY));
}
`;

/** Adds the project `svc` to a workspace. @returns what the runs need in their environment, and how to clean up */
type AddProject = (
  workspace: TestWorkspace,
  things: RealThings,
) => Promise<{ readonly env: NodeJS.ProcessEnv; readonly remove: () => Promise<unknown> }>;

describeSecrets('pushed by nx-oci itself', [], (workspace) => {
  workspace.write('svc/files/text.txt', 'hello');
  workspace.write('svc/project.json', {
    name: 'svc',
    targets: {
      image: { executor: 'nx-oci:build', options: { layers: [{ from: 'svc/files', to: '/srv' }] } },
      publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
    },
  });
  return Promise.resolve({ env: {}, remove: () => Promise.resolve() });
});

describeSecrets('pushed by Docker Engine', ['docker'], async (workspace, things) => {
  const { dockerHost } = things.server('docker');
  const base = await makeBusyboxBase(dockerHost);
  workspace.write('svc/Dockerfile', `FROM ${base}\nCMD ["true"]\n`);
  workspace.write('svc/project.json', { name: 'svc', targets: { publish: { options: { prune: true } } } });
  return { env: { DOCKER_HOST: dockerHost }, remove: () => openDocker(dockerHost).docker('image', 'rm', base) };
});

function describeSecrets(title: string, needs: readonly string[], addProject: AddProject): void {
  describeWith(['distribution-3-login', ...needs], `the password of an image ${title}`, (things) => {
    const { host, username, password } = things.server('distribution-3-login');
    const [wrongPassword, canary] = [randomBytes(18).toString('base64'), randomBytes(18).toString('base64')];
    const namespace = `e2e-${randomBytes(4).toString('hex')}`;
    let workspace: TestWorkspace;
    let project: Awaited<ReturnType<AddProject>>;
    let traces: Traces;

    beforeAll(async () => {
      workspace = await makeWorkspace();
      workspace.write(
        'registries.yaml',
        `registries:\n  real: { host: "${host}", namespace: ${namespace}, auth: { username: ${username}, password: "\${SECRET}" } }\n`,
      );
      workspace.write('careless.cjs', CARELESS);
      workspace.write('careless/project.json', { name: 'careless', targets: { publish: { command: 'node careless.cjs' } } });
      project = await addProject(workspace, things);
      await workspace.commit('a service');
      const env = { ...project.env, CANARY: canary };
      traces = await leaveTraces(workspace, [
        { ...env, SECRET: wrongPassword },
        { ...env, SECRET: password },
      ]);
    });

    afterAll(async () => {
      await project.remove();
      workspace.remove();
    });

    it('logs in to the registry if it is the right one', async () => {
      expect(traces.output).toContain(`${host} did not accept the credentials`);
      expect(traces.output).toMatch(/svc: published as sha256:/);
      expect(await listTags({ host, repository: `${namespace}/svc`, user: `${username}:${password}` })).toContain('latest');
    });

    it('appears nowhere afterwards, whether accepted or refused', () => {
      const findings = findSecret(traces, [...encodingsOf(password), ...encodingsOf(wrongPassword)]);
      expect(findings.filter(({ found }) => found.length > 0)).toEqual([]);
      expect(findings.filter(({ searched }) => searched === 0)).toEqual([]);
    });

    it('would be found in each of these places, in each of its encodings', () => {
      for (const { place, found } of findSecret(traces, encodingsOf(canary))) {
        const names = found.map((path) => basename(path));
        if (place in traces.folders) expect(names).toEqual(expect.arrayContaining(['careless.gz', 'careless.json', 'careless.txt']));
        else expect(found).not.toEqual([]);
      }
    });
  });
}

/** Publishes with all of Nx's verbose output, once in each environment, and collects everything that is left behind. */
async function leaveTraces(workspace: TestWorkspace, environments: readonly NodeJS.ProcessEnv[]): Promise<Traces> {
  const inWorkspace = (folder: string) => ({ folder: join(workspace.root, folder), sinceMs: 0 });
  const folders = {
    'Nx cache': inWorkspace('.caches/nx'),
    'workspace data of Nx': inWorkspace('.nx/workspace-data'),
    'images and reports': inWorkspace('dist/images'),
    'home folder': inWorkspace('.caches/home'),
    'docker configuration': inWorkspace('.caches/docker'),
    'temporary folders': { folder: tmpdir(), sinceMs: Date.now() },
  };
  // The workspace is in the temporary folder itself; files that git ignores do not make it dirty.
  const places = Object.values(folders).map(({ folder }) => (folder === tmpdir() ? join(workspace.root, 'tmp') : folder));
  const CARELESS_FOLDERS = places.map((folder) => join(folder, 'careless')).join(',');
  const watch = watchCommandLines();
  const outputs: string[] = [];
  for (const env of environments) {
    const all = { ...env, CARELESS_FOLDERS, HOME: folders['home folder'].folder, NX_VERBOSE_LOGGING: 'true' };
    outputs.push((await workspace.nx(['run-many', '-t', 'publish', '--verbose'], all)).output);
  }
  return { output: outputs.join('\n'), commandLines: watch.stop(), folders };
}
