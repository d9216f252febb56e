import { portablePath } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';

type FailedOptions = Pick<DockerfileOptions, 'dockerfile' | 'context' | 'attestations'>;

/**
 * The hint for a failed build: most often the context is not the folder that the Dockerfile expects.
 *
 * @param error the builder's own, if it is known.
 */
export function failedBuildHint({ dockerfile, context, attestations }: FailedOptions, workspaceRoot: string, error = ''): string {
  const scanner = attestations?.map(scannerOf).find((image) => image !== undefined && error.includes(`metadata for ${image}`));
  if (scanner !== undefined) {
    return (
      `The option \`sbom\` needs the image ${scanner}, which the builder cannot pull. Let the builder reach its registry, ` +
      'name a copy of it ("sbom": "registry.example.com/mirror/buildkit-syft-scanner:stable-1"), or remove `sbom`.'
    );
  }
  const folder = portablePath(workspaceRoot, context) || 'the workspace root';
  return (
    `Read the builder's output above, and fix ${portablePath(workspaceRoot, dockerfile)}. ` +
    `It copies from ${folder}; if files are missing there, set the option \`context\` to the right folder.`
  );
}

/**
 * The image that BuildKit lists the content of an image with.
 *
 * @see https://docs.docker.com/build/metadata/attestations/sbom/
 */
function scannerOf(attestation: string): string | undefined {
  if (!attestation.startsWith('type=sbom')) return undefined;
  const [, named] = /generator=([^,]+)/.exec(attestation) ?? [];
  return named ?? 'docker.io/docker/buildkit-syft-scanner';
}
