import { z } from 'zod';

const itemSchema = z.object({
  kind: z.enum(['image', 'folder', 'layers', 'builderCache']),
  project: z.string().optional(),
  engine: z.string().optional(),
  /** What it is, for the user: `nx-oci/api:3f9a2c1b0d4e`, `dist/images/api`. */
  what: z.string(),
  /** Digest of an image in the engine's store. */
  id: z.string().optional(),
  /** That were, or would be, freed; of what is kept, its size. `undefined` if unknown. */
  bytes: z.number().optional(),
  /** When it was built, as an ISO date. */
  builtAt: z.string().optional(),
  /** `removed` also in a dry run. */
  outcome: z.enum(['removed', 'kept', 'failed']),
  /** Why it was kept, or not removed. */
  reason: z.string().optional(),
});

/** What a prune prints as JSON. */
export const pruneReportSchema = z.object({
  schemaVersion: z.literal(1),
  isDryRun: z.boolean(),
  items: z.array(itemSchema),
  /** Engines that could not be asked for their images. */
  failures: z.array(z.object({ engine: z.string(), text: z.string() })),
  /** Engines that are not installed here. */
  missing: z.array(z.string()),
  freedBytes: z.number(),
});

export type PruneItem = Readonly<z.infer<typeof itemSchema>>;
export type PruneReport = Readonly<z.infer<typeof pruneReportSchema>>;
