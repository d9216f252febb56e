import { z } from 'zod';

import { readWritten, writtenFlag, writtenName, writtenTexts } from '../../text/read-written';

/** Options of a copy target. */
export const copyOptionsSchema = z.object({
  from: writtenTexts.meta({
    description:
      'What to copy: references with a tag or a digest. Without it, all `mirrors` of registries.yaml. ${VARIABLES} are replaced, here and in `to`, `tags`, `image` and `platforms`.',
    examples: ['docker.io/library/postgres:15', 'ghcr.io/org/api:a1b2c3d'],
  }),
  mirrors: writtenFlag.optional().describe('Copy all `mirrors` of registries.yaml: what happens without `from`.'),
  to: writtenTexts.meta({
    description:
      "Where the copies go: names of entries in registries.yaml, or repositories named in full, host first. By default the source's own repository, where `tags` are set.",
    examples: ['corp', 'registry.example.com/team/postgres'],
  }),
  tags: writtenTexts.meta({
    description: "Tags that the copies get, as they are. By default the source's tag.",
    examples: [['v1.2.3', 'latest']],
  }),
  image: writtenName.optional().meta({
    description:
      "Name of the copy below the namespace of a registry. By default the source's name below its own namespace, else its whole path.",
    examples: ['mirror/postgres'],
  }),
  platforms: writtenTexts.meta({
    description: 'Copy only these platforms of an index; the copy is a new index with another digest. By default all.',
    examples: [['linux/amd64', 'linux/arm64']],
  }),
  referrers: writtenFlag.optional().meta({
    description: 'Also copy what refers to the images: signatures, SBOMs, attestations.',
    default: true,
  }),
  noClobber: writtenFlag
    .optional()
    .describe(
      'true: existing tags are never moved to another digest. false: any tag may move. By default only tags that look like a version (v1.2.3) never move.',
    ),
  onFailure: z.enum(['abort', 'continue'], 'write `abort` or `continue`').optional().meta({
    description:
      'abort: all copies get their tags, or none does. continue: sources that cannot be read and targets that cannot be written are left out, all others are completed, and the task still fails.',
    default: 'abort',
  }),
  dryRun: writtenFlag.optional().describe('Show what would be copied, and write nothing.'),
});

/** The options of `nx-oci:copy` as a user writes them. */
export type CopyOptions = Readonly<z.input<typeof copyOptionsSchema>>;

/** The same after parsing: single entries have become lists. */
export type ReadCopyOptions = Readonly<z.output<typeof copyOptionsSchema>>;

/** Parses options; all problems are returned together, as sentences that include the fix. */
export function readCopyOptions(written: unknown): { readonly options: ReadCopyOptions; readonly problems: readonly string[] } {
  const { options, problems } = readWritten(copyOptionsSchema, written);
  return { options: options ?? {}, problems };
}
