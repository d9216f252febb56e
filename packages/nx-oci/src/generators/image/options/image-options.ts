import { ENGINE_NAMES, writtenChoice, writtenFlag, writtenName, writtenText, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

import { KIND_NAMES } from './kind-names';

/** The options of `nx g nx-oci:image`; paths are relative to the workspace root. */
export const imageOptionsSchema = z.object({
  project: writtenText.meta({
    description: 'Name of the project, or the part of it that `nx run` takes: api for @shop/api.',
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'Which project gets an image?',
    'x-dropdown': 'projects',
  }),
  kind: writtenChoice(KIND_NAMES).optional().meta({
    description:
      'What the image is made of: node, a service with its dependencies; next, an app of Next with its server; static, the files of a page and a web server; binary, one program; dockerfile, its Dockerfile; files, a folder and a command as they are given. By default found out from the project.',
  }),
  engine: writtenChoice(ENGINE_NAMES).optional().meta({
    description:
      'What builds the image: docker, buildx, podman and buildah build a Dockerfile, native needs no tools. By default docker, or `dockerfileEngine` of nx.json, where there is a Dockerfile.',
  }),
  base: writtenText.optional().meta({
    description: 'native: the image to build on, or scratch. By default one that fits the kind, such as docker.io/library/node:22-slim.',
    examples: ['scratch'],
  }),
  from: writtenText.optional().meta({
    description: "native: folder whose files go into the image. By default where the project's build writes.",
    examples: ['dist/apps/api'],
  }),
  to: writtenText
    .optional()
    .meta({ description: 'native: folder in the image that receives the files. By default /app.', examples: ['/app'] }),
  main: writtenName.optional().meta({
    description:
      'node: the file that Node runs, from the folder that the build writes; binary: the program. By default found out from the build.',
    examples: ['main.js'],
  }),
  port: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], 'write a port number')
    .refine((port) => Number.isInteger(port) && port > 0 && port < 65_536, 'write a number from 1 to 65535')
    .optional()
    .meta({
      description:
        'node, next and static: the port that the program listens on. By default the one that its source names, else 3000; 8080 for static.',
      examples: [8080],
    }),
  cmd: writtenTexts.meta({
    description:
      'native: the command that the image runs, parts separated by commas. By default what the kind runs; for files node,/app/main.js where the base has Node; for binary these are its arguments.',
    examples: ['node,/app/main.js'],
  }),
  context: writtenText.optional().meta({
    description:
      "Dockerfile engines: folder that the Dockerfile copies from. By default found out from what it copies; where that fits several folders, the project's own.",
    examples: ['apps/api'],
  }),
  dockerfile: writtenText.optional().meta({
    description: 'Dockerfile engines: the Dockerfile, where it is shared or has another name. By default that of the project.',
    examples: ['tools/docker/Dockerfile'],
  }),
  stage: writtenName
    .optional()
    .meta({ description: 'Dockerfile engines: the stage to build. By default the last one.', examples: ['production'] }),
  buildArgs: writtenTexts.meta({
    description:
      'Dockerfile engines: values of ARG as NAME=VALUE, separated by commas; NAME alone takes it from the environment of the build.',
    examples: ['APP=api,NODE_VERSION=22'],
  }),
  platforms: writtenTexts.meta({
    description:
      'native: what the image is for, separated by commas. By default linux/amd64 and linux/arm64 where the base is known to have both and the files run on both, else linux/amd64.',
    examples: ['linux/amd64,linux/arm64'],
  }),
  test: writtenFlag.optional().meta({
    description: 'Add the target `image-test`, which tests the image before it is published.',
    default: false,
  }),
  force: writtenFlag.optional().meta({ description: 'Overwrite existing targets with these names that differ.', default: false }),
});

/** The parsed options. */
export type ImageOptions = Readonly<z.output<typeof imageOptionsSchema>>;
