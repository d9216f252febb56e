import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { checkEngine, findEngines } from './check-engines';

const image = (options: object) => ({ image: { executor: 'nx-oci:build', options } });

describe('the engines that images need', () => {
  it('are found by their targets, else by a Dockerfile', async () => {
    const root = mkdtempSync(join(tmpdir(), 'nx-oci-engines-'));
    writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n');
    const projects = [
      { root: '.', targets: image({}) },
      { root: 'b', targets: image({ engine: 'buildah', dockerfile: 'Dockerfile' }) },
      { root: 'c', targets: image({ base: 'scratch' }) },
      { root: 'd', targets: { build: { executor: 'x', options: { engine: 'podman' } } } },
    ];
    expect(await findEngines(projects, root)).toEqual([{ name: 'docker' }, { name: 'buildah' }]);
    rmSync(root, { recursive: true });
  });

  it('are asked for each builder that an image names', async () => {
    const ofBuilder = (builder?: string) => ({ root: 'x', targets: image({ engine: 'buildx', ...(builder && { builder }) }) });
    expect(await findEngines([ofBuilder('far'), ofBuilder(), ofBuilder('far')], '/')).toEqual([
      { name: 'buildx', builder: 'far' },
      { name: 'buildx' },
    ]);
  });

  it.each(['docker', 'podman', 'buildah'] as const)('are reported missing if %s is not installed', async (name) => {
    expect(await checkEngine({ name }, { env: { PATH: '/nowhere' }, workspaceRoot: tmpdir() })).toEqual({
      name,
      outcome: 'failed',
      text: expect.stringContaining(`the program "${name}" is not on the PATH`),
      hint: expect.stringContaining('native'),
    });
  });
});

describeWith(['buildkit', 'buildkit-2', 'buildx'], 'the builders that images name', (things) => {
  it('are asked each, instead of the current one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'nx-oci-builders-'));
    const builders = { one: [{ server: things.server('buildkit') }], two: [{ server: things.server('buildkit-2') }] };
    const env = { PATH: process.env['PATH'], HOME: root, ...makeBuilders(things, join(root, 'config'), builders) };
    const projects = ['one', 'two', 'none'].map((builder) => ({ root: builder, targets: image({ builder }) }));
    const needed = await findEngines(projects, root);
    const found = await Promise.all(needed.map((engine) => checkEngine(engine, { env, workspaceRoot: root })));
    expect(found).toMatchObject([
      { name: 'buildx', outcome: 'passed', text: expect.stringContaining('builder one (driver remote') },
      { name: 'buildx', outcome: 'passed', text: expect.stringContaining('builder two (driver remote') },
      { name: 'buildx', outcome: 'failed', text: expect.stringContaining('none') },
    ]);
    rmSync(root, { recursive: true });
  });
});

describeWith(['podman', 'buildah'], 'an installed engine', (things) => {
  it.each(['podman', 'buildah'] as const)('reports its version: %s', async (name) => {
    const env = { PATH: dirname(things.tool(name)), HOME: tmpdir() };
    expect(await checkEngine({ name }, { env, workspaceRoot: tmpdir() })).toMatchObject({
      outcome: 'passed',
      text: expect.stringMatching(new RegExp(`^${name} version \\d`)),
    });
  });
});

describeWith(['buildkit', 'buildx'], 'buildx', (things) => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'nx-oci-engines-'));
    const builders = makeBuilders(things, root, { far: [{ server: things.server('buildkit') }] });
    env = { PATH: process.env['PATH'], HOME: root, ...builders, DOCKER_HOST: `unix://${join(root, 'nobody.sock')}` };
  });
  afterAll(() => rmSync(root, { recursive: true }));
  const check = (builder?: string) => checkEngine({ name: 'buildx', ...(builder && { builder }) }, { env, workspaceRoot: root });

  it('fails for a builder that does not exist, or does not answer', async () => {
    expect(await check('near')).toMatchObject({ outcome: 'failed', text: expect.stringContaining('there is no builder "near"') });
    expect(await check('default')).toMatchObject({
      outcome: 'failed',
      text: expect.stringContaining('the builder "default" does not answer'),
      hint: expect.stringContaining('docker buildx inspect --bootstrap default'),
    });
  });
});
