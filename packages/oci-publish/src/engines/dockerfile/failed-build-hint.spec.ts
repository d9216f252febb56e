import { failedBuildHint } from './failed-build-hint';

const OPTIONS = { dockerfile: '/work/apps/api/Dockerfile', context: '/work' };
const failure = (image: string): string =>
  `failed to build: failed to solve: failed to resolve source metadata for ${image}: failed to do request: no such host`;

describe('the hint for a failed build', () => {
  it('names the Dockerfile and its context', () => {
    expect(failedBuildHint(OPTIONS, '/work', failure('docker.io/library/node:22'))).toMatch(
      /fix apps.api.Dockerfile\. It copies from the workspace root; /,
    );
  });

  it.each([
    ['type=sbom', 'docker.io/docker/buildkit-syft-scanner', 'docker.io/docker/buildkit-syft-scanner:stable-1'],
    ['type=sbom,generator=mirror.example.com/scanner:1', 'mirror.example.com/scanner:1', 'mirror.example.com/scanner:1'],
  ])('says that an SBOM (%s) needs the image of its scanner, if that cannot be pulled', (attestation, named, pulled) => {
    const options = { ...OPTIONS, attestations: ['type=provenance', attestation] };
    expect(failedBuildHint(options, '/work', failure(pulled))).toContain(`The option \`sbom\` needs the image ${named}, which`);
    expect(failedBuildHint(options, '/work', failure('docker.io/library/node:22'))).toContain('fix apps');
    expect(failedBuildHint(OPTIONS, '/work', failure(pulled))).toContain('fix apps');
  });
});
