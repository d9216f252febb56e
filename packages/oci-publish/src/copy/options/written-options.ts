import { z } from 'zod';

import { readWritten, writtenName, writtenTexts } from '../../text/read-written';

const schema = z.object({
  from: writtenTexts,
  mirrors: z.boolean().optional(),
  to: writtenTexts,
  tags: writtenTexts,
  image: writtenName.optional(),
  platforms: writtenTexts,
  referrers: z.boolean().optional(),
  noClobber: z.boolean().optional(),
  onFailure: z.enum(['abort', 'continue']).optional(),
  dryRun: z.boolean().optional(),
});

/** The options of `nx-oci:copy` as a user writes them. */
export type CopyOptions = Readonly<z.input<typeof schema>>;

/** The same once they are read: lists are lists. */
export type ReadCopyOptions = Readonly<z.output<typeof schema>>;

/** Reads options as they were written; all mistakes are returned together, as sentences that hold the fix. */
export function readCopyOptions(written: unknown): { readonly options: ReadCopyOptions; readonly problems: readonly string[] } {
  const { options, problems } = readWritten(schema, written);
  return { options: options ?? {}, problems };
}
