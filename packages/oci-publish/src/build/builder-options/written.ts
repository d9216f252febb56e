import { z } from 'zod';

import { writtenText } from '../../text/read-written';
import { flag, list, numeral, texts } from '../written-values';

/** Where a builder may put an image. */
export const EXPORTS = ['layout', 'registry'] as const;

const flagOrText = z.union([flag, writtenText], 'write true or false, or a text');

/** The options that builders of Dockerfiles have in common. */
export const BUILDER_OPTIONS = {
  pull: flag
    .optional()
    .describe('Dockerfile engines: ask the registry whether base images have moved, even if the builder has them. Not by default.'),
  buildContexts: texts.optional().meta({
    description:
      'Dockerfile engines: further sources for `COPY --from=NAME` and `FROM NAME`, by name: a folder, `docker-image://` and a reference, `oci-layout://` and a folder (docker, buildx), or a URL. Folders are inputs of the image.',
    examples: [{ shared: 'libs/shared', base: 'docker-image://docker.io/library/node:22-slim' }],
  }),
  ssh: list.optional().meta({
    description:
      'Dockerfile engines: what RUN --mount=type=ssh may use: `default` (the agent of SSH_AUTH_SOCK), or an id with a socket or key files: `deploy=keys/deploy`.',
    examples: [['default']],
  }),
  cacheFrom: list.optional().meta({
    description:
      'Dockerfile engines: caches of steps to read, besides those on this machine: `type=registry,ref=…` (or only the reference), and with BuildKit also `type=gha`, `type=local,src=…`, `type=s3,…`.',
    examples: [['type=registry,ref=ghcr.io/acme/cache'], ['type=gha,scope=api']],
  }),
  cacheTo: list.optional().meta({
    description: 'Dockerfile engines: caches to write, in the same form as `cacheFrom`; a folder is `type=local,dest=…`.',
    examples: [['type=registry,ref=ghcr.io/acme/cache,mode=max'], ['type=gha,scope=api,mode=max']],
  }),
  ulimits: list
    .optional()
    .meta({ description: 'Dockerfile engines: limits of RUN steps, as name=soft[:hard].', examples: [['nofile=1024:2048']] }),
  shmSize: numeral.optional().meta({ description: 'Dockerfile engines: size of /dev/shm in RUN steps.', examples: ['128m'] }),
  addHosts: list
    .optional()
    .meta({ description: 'Dockerfile engines: names that RUN steps can resolve, as name:address.', examples: [['db:10.0.0.7']] }),
  provenance: flagOrText.optional().meta({
    description:
      'buildx: attach a record of how the image was built (`min` or `max`; true is `min`). Such an image is never changed after its build: no stamp, no rebase, no cache of Nx.',
    examples: [true, 'max'],
  }),
  sbom: flagOrText.optional().meta({
    description:
      'buildx: attach a list of the packages in the image, by the generator of BuildKit or the image named here. As with `provenance`, the image is never changed after its build.',
    examples: [true, 'docker.io/docker/buildkit-syft-scanner:stable-1'],
  }),
  export: writtenText.optional().meta({
    enum: EXPORTS,
    description:
      'buildx: where the builder puts the image: `layout` (default) on this machine, or `registry`, where it sends only what that lacks, without a name, and no layer comes here.',
  }),
  exportTo: writtenText.optional().meta({
    description:
      'buildx: the repository of `export: registry`. By default that of the project on the first registry of `publish.registries` in registries.yaml.',
    examples: ['ghcr.io/acme/api'],
  }),
  extraArguments: list.optional().meta({
    description:
      'Dockerfile engines: further arguments of the build command, each as one word: `--name=value`. They must not repeat what an option sets (buildx: only `--allow=…`), and they are part of the label dev.nx-oci.build.',
    examples: [['--isolation=chroot']],
  }),
} as const;

type BuilderOption = keyof typeof BUILDER_OPTIONS;

/** Those that only buildx supports, and those of all engines for Dockerfiles. */
export const BUILDX_OPTION_NAMES = ['provenance', 'sbom', 'export', 'exportTo'] as const satisfies readonly BuilderOption[];
export const BUILDER_OPTION_NAMES = (Object.keys(BUILDER_OPTIONS) as readonly BuilderOption[]).filter(
  (name) => !BUILDX_OPTION_NAMES.some((other) => other === name),
);
