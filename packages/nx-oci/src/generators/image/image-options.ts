import { ENGINE_NAMES, writtenChoice, writtenFlag, writtenText, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

/** What may be written on the command line of `nx g nx-oci:image`; paths are from the workspace root. */
export const imageOptionsSchema = z.object({
  project: writtenText.meta({
    description: 'Name of the project, or the part of it that `nx run` takes: api for @shop/api.',
    $default: { $source: 'argv', index: 0 },
    'x-prompt': 'Which project gets an image?',
    'x-dropdown': 'projects',
  }),
  engine: writtenChoice(ENGINE_NAMES).optional().meta({
    description:
      'What builds the image: docker, podman and buildah build a Dockerfile, native needs no tools. By default docker, or `dockerfileEngine` of nx.json, where there is a Dockerfile.',
  }),
  base: writtenText.optional().meta({
    description: 'native: the image to build on, or scratch. By default docker.io/library/node:22-slim.',
    examples: ['scratch'],
  }),
  from: writtenText.optional().describe("native: folder whose files go into the image. By default where the project's build writes."),
  to: writtenText.optional().describe('native: folder in the image that receives the files. By default /app.'),
  cmd: writtenTexts.describe('native: the command that the image runs, parts separated by commas. By default node,/app/main.js.'),
  context: writtenText
    .optional()
    .describe(
      "Dockerfile engines: folder that the Dockerfile copies from. By default found out from what it copies; where that fits several folders, the project's own.",
    ),
  force: writtenFlag.optional().meta({ description: 'Overwrite existing targets with these names that differ.', default: false }),
});

/** The same once they are read. */
export type ImageOptions = Readonly<z.output<typeof imageOptionsSchema>>;
