import { isDigest } from '@nx-oci/model';

import type { ImageStore } from '../dockerfile/dockerfile-tool';
import { runTool, runToolOrFail } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';

/** The store that podman and buildah share. */
export function containersStore(context: ContainersContext): ImageStore {
  const { tool } = context;
  return {
    // Without a host, they would look for the name in the registries of their configuration, too.
    localName: (name) => `localhost/${name}`,
    async idOf(name) {
      const call = containersCall(context, ['inspect', '--type=image', `--format={{${tool === 'podman' ? '.ID' : '.FromImageID'}}}`, name]);
      const { exitCode, stdout } = await runTool(call, containersPurpose(context, `look for ${name}`));
      const digest = `sha256:${stdout.trim()}`;
      return exitCode === 0 && isDigest(digest) ? digest : undefined;
    },
    async load(archive, name) {
      const loading = containersPurpose(context, `load ${name}`);
      if (tool === 'podman') {
        await runToolOrFail(containersCall(context, ['load', '--quiet', `--input=${archive}`]), loading);
        return;
      }
      const { stdout } = await runToolOrFail(containersCall(context, ['pull', '--quiet', `docker-archive:${archive}`]), loading);
      await runToolOrFail(containersCall(context, ['tag', stdout.trim().split('\n').at(-1) ?? '', name]), loading);
    },
  };
}
