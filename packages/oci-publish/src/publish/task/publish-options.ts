import { nearestName, quote } from '@nx-oci/model';
import { z } from 'zod';

import { suggestName } from '../../text/problem';
import { matchSchema } from '../../text/match-schema';
import { describeNoText, EMPTY_TEXT, endSentence } from '../../text/written-text';

// Numbers of the command line are texts again by now (`executors/restore-texts`): one that is left is nobody's text.
const text = z.string({ error: ({ input }) => describeNoText(input) });
const name = text.min(1, EMPTY_TEXT);

// Read by `tags/read-tag-rules`, which says more of a mistake than a schema can.
const tagRule = z.unknown();

/** A single entry may stand without a list around it. */
const listOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.union([z.array(entry).readonly(), entry.transform((only) => [only] as const)], { error: describeNoList }).optional();

function describeNoList({ input }: { readonly input?: unknown }): string {
  const items: readonly unknown[] = [input].flat();
  return items.includes('') ? EMPTY_TEXT : describeNoText(items.find((item) => typeof item !== 'string'));
}

const schema = z.object({
  image: name.optional(),
  registries: listOf(name),
  tags: listOf(tagRule),
  release: text.optional(),
  prefix: text.optional(),
  exactVersion: z.boolean().optional(),
  defaultBranch: name.optional(),
  force: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  prune: z.boolean().optional(),
  onFailure: z.enum(['abort', 'continue'], '`abort` or `continue`').optional(),
});

/** The options of `nx-oci:publish` as a user writes them. */
export type PublishOptions = Readonly<z.input<typeof schema>>;

/** What they are called. */
export const PUBLISH_OPTION_NAMES: readonly string[] = Object.keys(schema.shape);

/** The same once they are read: lists are lists. */
export type ReadPublishOptions = Readonly<z.output<typeof schema>>;

/**
 * Reads options as they were written; all mistakes are returned together, as sentences that hold the fix.
 *
 * Our schema.json lets names and types pass that are wrong: of what it refuses, Nx (22 to 24) shows a user nothing but
 * the stack of a crashed batch.
 */
export function readPublishOptions(written: unknown): { readonly options: ReadPublishOptions; readonly problems: readonly string[] } {
  const known = PUBLISH_OPTION_NAMES;
  const problems = Object.entries(written ?? {})
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => complainUnknown(name, value, known));
  const { data, error } = matchSchema(schema, written);
  problems.push(...(error?.issues ?? []).map(({ path, message }) => `\`${path.join('.')}\`: ${endSentence(message)}`));
  return { options: data ?? {}, problems };
}

function complainUnknown(name: string, value: unknown, known: readonly string[]): string {
  // Words of the command line that belong to no option arrive under this name.
  if (name === '_') return `${quote(String(value))} belongs to no option; an option is written --name=value.`;
  return `\`${name}\` is not an option: ${suggestName(nearestName(name, known), known)}`;
}
