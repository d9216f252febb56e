import { COMPRESSIONS } from '@nx-oci/layout';
import { z } from 'zod';

import { DOCKERFILE_ENGINES, ENGINE_NAMES, type EngineName } from '../engines/options/engine-names';
import { writtenText } from '../text/read-written';
import { BUILDER_OPTION_NAMES, BUILDER_OPTIONS, BUILDX_OPTION_NAMES } from './builder-options/written';
import { command, flag, list, listOf, MAP, numeral, text, texts } from './written-values';

/** Whether files that git or a .dockerignore ignores go into a layer. */
export const IGNORED_CHOICES = ['include', 'exclude'] as const;

// As `--platforms=linux/amd64,linux/arm64` arrives.
const platformList = z.union(
  [z.array(writtenText), writtenText.transform((text) => text.split(',').map((one) => one.trim()))],
  'write a list: ["linux/amd64", "linux/arm64"]',
);

const layer = z.looseObject(
  {
    from: writtenText.meta({
      description: 'File or folder. `{os}` and `{arch}` in it stand for those of the platform: `dist/cli-{os}-{arch}`.',
      examples: ['dist/apps/api'],
    }),
    to: writtenText.meta({
      description: "Absolute path in the image. A folder's content lands in it; a file lands at it, or inside it when it ends in /.",
      examples: ['/app'],
    }),
    include: list
      .optional()
      .meta({ description: 'Patterns relative to `from`: only matching files are included.', examples: [['**/*.js']] }),
    exclude: list.optional().meta({ description: 'Patterns relative to `from`: matching files are excluded.', examples: [['**/*.map']] }),
    owner: numeral.optional().meta({
      description: 'User and group in the image, as numbers. By default root, or the owner of that folder in the base image.',
      examples: ['1000:1000'],
    }),
    mode: numeral.optional().meta({
      description: 'Permissions of every file, as for chmod. By default 755 for programs, 644 for others.',
      examples: ['755'],
    }),
    layer: text.optional().meta({ description: 'Entries with the same name here become one layer.', examples: ['app'] }),
    ignored: text.optional().meta({
      enum: IGNORED_CHOICES,
      description:
        'What happens to files that git or a .dockerignore ignores in a folder that git tracks: exclude (default) or include. A folder that is ignored entirely, such as build output, is always included entirely.',
    }),
    outside: flag.optional().describe('Whether `from` may lead outside the workspace.'),
    platform: writtenText.optional().meta({
      description: 'The only platform whose image gets this entry. By default it is in the image of each platform.',
      examples: ['linux/arm64'],
    }),
  },
  'write a map: { "from": "dist/apps/api", "to": "/app" }',
);

const secret = z.looseObject(
  {
    id: writtenText.meta({ description: 'The name in the Dockerfile.', examples: ['npmrc'] }),
    src: writtenText.optional().meta({ description: 'File that holds the secret.', examples: ['.npmrc'] }),
    env: writtenText.optional().meta({ description: 'Name of the environment variable that holds the secret.', examples: ['NPM_TOKEN'] }),
    outside: flag.optional().describe('Whether `src` may lead outside the workspace.'),
  },
  'write a map: { "id": "npmrc", "src": ".npmrc" }',
);

/** Options of an image target. Names are checked separately, so that a wrong name does not hide other problems. */
export const writtenOptionsSchema = z.looseObject({
  engine: writtenText.optional().meta({
    enum: ENGINE_NAMES,
    description:
      'How the image is built: `native` from files, without tools; `docker` a Dockerfile, with Docker Engine; `buildx` a Dockerfile, with any BuildKit, for one platform or several; `podman` or `buildah` a Dockerfile, without a daemon, into a layout that Nx can cache. By default docker where the project has a Dockerfile or Containerfile, else native.',
  }),
  platform: writtenText.optional().meta({
    description:
      'What the image runs on, as os/architecture[/variant]. By default linux/amd64 for images from files, wherever they are built; for a Dockerfile what the builder makes.',
    examples: ['linux/amd64', 'linux/arm64'],
  }),
  platforms: platformList.optional().meta({
    description:
      'native and buildx: the platforms that the image runs on, instead of `platform`. Several give an index over one image per platform; layers that they share are made, stored and sent once.',
    examples: [['linux/amd64', 'linux/arm64']],
  }),
  parts: z
    .union([flag, z.literal('anywhere')], 'write true, or "anywhere"')
    .optional()
    .meta({
      description:
        'Whether each of `platforms` is a part that a machine of that platform makes, into dist/images/<project>/<os>-<architecture>; the publish merges them into one index. With `platform`, this target makes that part. `anywhere`: any machine may make it.',
      examples: [true, 'anywhere'],
    }),
  // Not `default`, which would appear in schema.json.
  labels: texts
    .optional()
    .transform((labels = {}) => labels)
    .describe('Labels of the image. The labels that nx-oci adds (org.opencontainers.image.*) do not overwrite them.'),
  compression: writtenText.optional().meta({
    enum: COMPRESSIONS,
    description:
      'How new layers are compressed: gzip (default), which everything reads, or zstd: several times faster and smaller, for readers since Docker 23 (2023), containerd 1.5, podman 3. zstd needs Node 22.16 or later to build.',
  }),
  outside: flag
    .optional()
    .describe(
      'Whether files named by these options (`from`, `layout:`, `dockerfile`, `context`, `buildContexts`, `src`, `ssh`) may be outside the workspace, directly or through a link.',
    ),

  // native
  base: writtenText.optional().meta({
    description:
      'native: the image to build on: `scratch` (default), a reference on a registry, or `layout:` and a folder. Layers of a base image in a registry are not stored; each is read once to learn the owners of its folders.',
    examples: ['scratch', 'docker.io/library/node:22-slim', 'layout:dist/images/base'],
  }),
  layers: z.array(layer).optional().describe('native: what goes into the image, one layer per entry. Put what changes least first.'),
  entrypoint: command
    .optional()
    .meta({ description: 'native: the program that a container runs, with its first arguments.', examples: [['/usr/bin/tini', '--']] }),
  cmd: command.optional().meta({
    description: 'native: the default program of a container, or the arguments of `entrypoint`.',
    examples: [['node', '/app/main.js']],
  }),
  env: texts.optional().describe('native: environment of a container. Anyone who can pull the image can read it, so put no secrets here.'),
  user: numeral.optional().meta({
    description: 'native: the user that runs the program: name or number, either with :group.',
    examples: ['1000:1000'],
  }),
  workdir: writtenText.optional().meta({ description: 'native: absolute path that the program starts in.', examples: ['/app'] }),
  ports: listOf(numeral)
    .optional()
    .meta({ description: 'native: ports that the program listens on.', examples: [[8080, '53/udp']] }),
  volumes: list
    .optional()
    .meta({ description: 'native: absolute paths that hold data which outlives a container.', examples: [['/var/lib/data']] }),
  stopSignal: numeral.optional().meta({
    description: 'native: the signal that ends the program. SIGTERM by default.',
    examples: ['SIGINT'],
  }),
  annotations: texts.optional().describe('native: annotations of the manifest.'),

  // buildx
  builder: writtenText.optional().meta({
    description:
      'buildx: name of the builder, as `docker buildx ls` lists it: a container, a remote BuildKit, a cluster, a cloud. By default the current one.',
    examples: ['nx-oci'],
  }),

  // docker, buildx, podman, buildah
  dockerfile: writtenText.optional().meta({
    description: "Dockerfile engines: path of the Dockerfile. By default Dockerfile or Containerfile in the project's root.",
    examples: ['tools/docker/Dockerfile'],
  }),
  context: writtenText.optional().meta({
    description: "Dockerfile engines: folder that the Dockerfile copies from. By default the project's root.",
    examples: ['apps/api'],
  }),
  buildArgs: z
    .record(z.string(), text.nullable(), MAP)
    .optional()
    .describe(
      "Dockerfile engines: values for ARG; null takes one from the environment. They are visible in the image's history: no secrets.",
    ),
  // The name of a stage starts with a letter: a number counts stages.
  stage: numeral
    .optional()
    .meta({ description: 'Dockerfile engines: the last stage to build. By default the last one in the file.', examples: ['production'] }),
  secrets: z.array(secret).optional().describe('Dockerfile engines: what RUN --mount=type=secret may read; docker needs BuildKit for it.'),
  noCache: flag.optional().describe('Dockerfile engines: run every step, without the build cache.'),
  network: writtenText.optional().meta({ description: 'Dockerfile engines: network of RUN steps.', examples: ['none', 'host'] }),
  ...BUILDER_OPTIONS,
});

/** The options with booleans, ports and the like converted to text; everything else as written. */
export type WrittenOptions = z.output<typeof writtenOptionsSchema>;
export type WrittenLayer = z.output<typeof layer>;

/** The options as users write them. */
export type BuildOptions = z.input<typeof writtenOptionsSchema>;

/** Names by the map that they belong to: `''` is the target's options itself. */
export const OPTION_NAMES: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(writtenOptionsSchema.shape),
  layers: Object.keys(layer.shape),
  secrets: Object.keys(secret.shape),
};

/** The options that only some engines support; the others would ignore them. */
export const OPTION_ENGINES: Partial<Readonly<Record<keyof WrittenOptions, readonly EngineName[]>>> = {
  ...supportedBy(
    ['native'],
    ['base', 'layers', 'entrypoint', 'cmd', 'env', 'user', 'workdir', 'ports', 'volumes', 'stopSignal', 'annotations'],
  ),
  ...supportedBy(DOCKERFILE_ENGINES, ['dockerfile', 'context', 'buildArgs', 'stage', 'secrets', 'noCache', 'network']),
  ...supportedBy(DOCKERFILE_ENGINES, BUILDER_OPTION_NAMES),
  ...supportedBy(['buildx'], ['builder', ...BUILDX_OPTION_NAMES]),
  ...supportedBy(['native', 'buildx'], ['platforms']),
};

function supportedBy<Option extends keyof WrittenOptions>(engines: readonly EngineName[], options: readonly Option[]) {
  return Object.fromEntries(options.map((option) => [option, engines])) as Readonly<Record<Option, readonly EngineName[]>>;
}
