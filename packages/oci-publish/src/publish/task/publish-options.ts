import { nearestName, quote } from '@nx-oci/model';
import { z } from 'zod';

import { RULE_NAMES } from '../../tags/kinds/rule-kinds';
import { suggestName } from '../../text/problem';
import { matchSchema } from '../../text/match-schema';
import { writtenFlag } from '../../text/read-written';
import { describeNotText, EMPTY_TEXT, endSentence } from '../../text/written-text';

// Numbers of the command line were converted back to text (`executors/restore-texts`), so a remaining number is an error.
const text = z.string({ error: ({ input }) => describeNotText(input) });
const name = text.min(1, EMPTY_TEXT);

// Parsed by `size-limit`. A number means bytes.
const limit = z.union([z.string(), z.int()], 'write a size: 500MB');

// Parsed by `tags/rules/read-tag-rules`, which explains mistakes better than a schema.
const tagRule = z.unknown();

/** A single entry may be written without a list. */
const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.union([z.array(entry).readonly(), entry.transform((only) => [only] as const)], { error: describeNoList }).optional();

function describeNoList({ input }: { readonly input?: unknown }): string {
  const items: readonly unknown[] = [input].flat();
  return items.includes('') ? EMPTY_TEXT : describeNotText(items.find((item) => typeof item !== 'string'));
}

/** Options of a publish target. */
export const publishOptionsSchema = z.object({
  image: name.optional().meta({
    description:
      "Name of the image below the registry's namespace. By default the project's name, lower-cased and without the `@` of a scope: `@acme/api` gives acme/api.",
    examples: ['api', 'team/api'],
  }),
  registries: listOf(name).meta({
    description: 'Names of entries in registries.yaml. By default its `publish.registries`.',
    examples: [['ghcr', 'corp']],
  }),
  tags: listOf(tagRule).meta({
    description: `Tag rules (${RULE_NAMES.join(', ')}), templates such as {branch}-{shortSha}, or literal tags. By default \`publish.tags\` of registries.yaml, else sha, major and latest.`,
    examples: [['sha', 'major', 'latest']],
  }),
  release: text.optional().meta({
    description: 'Publish this version. Without it, a git tag v1.2.3 at HEAD is a release.',
    examples: ['1.2.3'],
  }),
  prefix: text.optional().meta({
    description: 'Written before version tags. By default `publish.prefix` of registries.yaml, else v, as in v1.2.3 and v1.',
    examples: ['v'],
  }),
  exactVersion: writtenFlag
    .optional()
    .describe('A release gets the tag of its exact version, v1.2.3, whatever `tags` says; false leaves it out. By default true.'),
  defaultBranch: name.optional().meta({
    description: "The branch that floating tags move from. By default `defaultBase` of nx.json, else the remote's, else main.",
    examples: ['main'],
  }),
  force: writtenFlag.optional().describe('Move floating tags from any branch and working tree, and to any image.'),
  dryRun: writtenFlag.optional().describe('Show what would happen, tag by tag, and write nothing.'),
  stage: name.optional().meta({
    description:
      'For an image of `parts`: only send the part for this platform to its registries, by digest, without a tag. Its layers then leave the folder of the part, which is small enough for any artifact; the publish of another job tags it.',
    examples: ['linux/arm64'],
  }),
  prune: writtenFlag.optional().describe('Remove the local image of this run once every registry confirmed its digest.'),
  maxSize: limit.optional().meta({
    description:
      'Largest size of the image, as registries keep it (compressed): a larger one is not published. none lifts the `publish.maxSize` of registries.yaml.',
    examples: ['500MB'],
  }),
  maxGrowth: limit.optional().meta({
    description:
      'By how much the image may be larger than the one that its first floating tag points at, in bytes or percent. Not checked where a registry does not tell that size without another request, as Docker Hub.',
    examples: ['20MB', '10%'],
  }),
  onFailure: z
    .enum(['abort', 'continue'], 'write `abort` or `continue`')
    .optional()
    .describe(
      'abort (default): if one image or registry fails, no tag of the run moves. continue: what failed is left out, the rest is published, and the tasks that failed still fail.',
    ),
});

/** The options of `nx-oci:publish` as a user writes them. */
export type PublishOptions = Readonly<z.input<typeof publishOptionsSchema>>;

/** Their names. */
export const PUBLISH_OPTION_NAMES: readonly string[] = Object.keys(publishOptionsSchema.shape);

/** The same after parsing: single entries have become lists. */
export type ReadPublishOptions = Readonly<z.output<typeof publishOptionsSchema>>;

/**
 * Parses options; all problems are returned together, as sentences that include the fix.
 *
 * Nx does not enforce our schema.json (`json-schemas/options-json-schema`), because for anything that it refuses itself,
 * Nx (22 to 24) shows only the stack trace of a crashed batch.
 */
export function readPublishOptions(written: unknown): { readonly options: ReadPublishOptions; readonly problems: readonly string[] } {
  const known = PUBLISH_OPTION_NAMES;
  const problems = Object.entries(written ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => describeUnknown(name, value, known));
  const { data, error } = matchSchema(publishOptionsSchema, written);
  problems.push(...(error?.issues ?? []).map(({ path, message }) => `\`${path.join('.')}\`: ${endSentence(message)}`));
  return { options: data ?? {}, problems };
}

function describeUnknown(name: string, value: unknown, known: readonly string[]): string {
  // Nx passes words of the command line that belong to no option under this name.
  if (name === '_') return `${quote(String(value))} is not an option; write options as --name=value.`;
  return `unknown option \`${name}\`: ${suggestName(nearestName(name, known), known)}`;
}
