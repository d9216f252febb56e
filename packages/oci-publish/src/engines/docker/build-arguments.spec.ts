import { buildArguments, buildEnvironment, type BuildExtras } from './build-arguments';
import type { DockerfileOptions } from '../options/dockerfile-options';

const OPTIONS: DockerfileOptions = {
  dockerfile: '/w/apps/api/Dockerfile',
  context: '/w/apps/api',
  buildArgs: {},
  secrets: [],
  labels: {},
  noCache: false,
};

const EXTRAS: BuildExtras = {
  engine: { builder: 'buildx', serverVersion: '29.0.0' },
  imageIdFile: '/tmp/iid',
  name: 'nx-oci/api:0123',
  labels: { 'dev.nx-oci.project': 'api' },
};

const LEGACY = { builder: 'legacy', serverVersion: '29.0.0' } as const;

describe('buildArguments', () => {
  it('contains only the requested options', () => {
    expect(buildArguments(OPTIONS, { ...EXTRAS, engine: LEGACY })).toEqual([
      'build',
      '--iidfile=/tmp/iid',
      '--tag=nx-oci/api:0123',
      '--file=/w/apps/api/Dockerfile',
      '--label',
      'dev.nx-oci.project=api',
      '--force-rm',
      '/w/apps/api',
    ]);
  });

  it('passes values as single arguments, whatever they contain', () => {
    const args = buildArguments({ ...OPTIONS, buildArgs: { GREETING: 'hello; rm -rf "$HOME"', FROM_SHELL: undefined } }, EXTRAS);
    expect(args).toEqual(expect.arrayContaining(['--build-arg', 'GREETING=hello; rm -rf "$HOME"', 'FROM_SHELL']));
  });

  it('cannot pretend to be another project', () => {
    const args = buildArguments({ ...OPTIONS, labels: { 'dev.nx-oci.project': 'web', team: 'a' } }, EXTRAS);
    expect(args.filter((arg) => arg.startsWith('dev.nx-oci') || arg.startsWith('team'))).toEqual(['dev.nx-oci.project=api', 'team=a']);
  });

  it('quotes the path of a secret as CSV', () => {
    const secrets = [
      { id: 'npmrc', src: '/home/me/a,b/"x"' },
      { id: 'token', env: 'NPM_TOKEN' },
    ];
    expect(buildArguments({ ...OPTIONS, secrets }, EXTRAS)).toEqual(
      expect.arrayContaining(['--secret=id=npmrc,"src=/home/me/a,b/""x"""', '--secret=id=token,env=NPM_TOKEN']),
    );
  });

  it('refuses secrets if the builder would ignore them', () => {
    const build = () => buildArguments({ ...OPTIONS, secrets: [{ id: 'a', env: 'A' }] }, { ...EXTRAS, engine: LEGACY });
    expect(build).toThrow(/without BuildKit/);
  });

  it('passes stage, platform, network and cache as docker options', () => {
    const args = buildArguments({ ...OPTIONS, stage: 'prod', platform: 'linux/arm64', network: 'none', noCache: true }, EXTRAS);
    expect(args).toEqual(expect.arrayContaining(['--target=prod', '--platform=linux/arm64', '--network=none', '--no-cache', '--load']));
  });

  it('enables BuildKit only if it is available', () => {
    expect(buildEnvironment('legacy', { DOCKER_BUILDKIT: '1' })).toMatchObject({ DOCKER_BUILDKIT: '0' });
    expect(buildEnvironment('legacy', {})).not.toHaveProperty('DOCKER_BUILDKIT');
    expect(buildEnvironment('buildkit', {})).toMatchObject({ DOCKER_BUILDKIT: '1' });
  });
});
