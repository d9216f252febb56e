import { isDigest } from '@nx-oci/model';

import type { StoredBase } from '../dockerfile/dockerfile-tool';
import { runTool } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext, type ContainersTool } from './containers-call';

/** Prints the digest of the manifest of an image, then its names. */
const INSPECT: Readonly<Record<ContainersTool, readonly string[]>> = {
  podman: ['image', 'inspect', '--format={{.Digest}} {{range .RepoTags}}{{.}} {{end}}'],
  buildah: ['inspect', '--type=image', '--format={{.FromImageDigest}} {{.FromImage}}'],
};

/** What the store of the tool has under the name of a base, which may be older than what the registry has. */
export async function lookUpBase(context: ContainersContext, reference: string): Promise<StoredBase> {
  const call = containersCall(context, [...INSPECT[context.tool], reference]);
  const { exitCode, stdout } = await runTool(call, containersPurpose(context, `inspect the image ${reference}`));
  // An image that the store does not have, and whatever else the tool reports: the registry is asked instead.
  if (exitCode !== 0) return undefined;
  const [digest, ...names] = stdout.trim().split(/\s+/);
  // The tools give this host to images that were built here.
  if (names.length > 0 && names.every((name) => name.startsWith('localhost/'))) return 'local';
  return isDigest(digest) ? digest : undefined;
}
