import { z } from 'zod';

const itemSchema = z.object({
  kind: z
    .enum(['image', 'folder', 'layers', 'builderCache'])
    .describe('image: in an engine. folder: in dist/images. layers: the cache of finished layers. builderCache: that of a builder.'),
  project: z.string().optional().describe('Name of the Nx project that the image is of.'),
  engine: z.string().optional().describe('The engine that has the image: docker, podman, buildah.'),
  what: z.string().describe('What it is, for the user: nx-oci/api:3f9a2c1b0d4e, dist/images/api.'),
  id: z.string().optional().describe("Digest of an image in the engine's store."),
  bytes: z.number().optional().describe('That were, or would be, freed; of what is kept, its size. Absent if unknown.'),
  builtAt: z.string().optional().describe('When it was built, as an ISO date.'),
  outcome: z.enum(['removed', 'kept', 'failed']).describe('What happened to it; `removed` also in a dry run.'),
  reason: z.string().optional().describe('Why it was kept, or not removed.'),
});

/** What a prune prints as JSON. */
export const pruneReportSchema = z.object({
  schemaVersion: z.literal(1),
  isDryRun: z.boolean().describe('Whether nothing was removed, only shown.'),
  items: z.array(itemSchema).describe('All that this workspace has made, removed or kept.'),
  failures: z
    .array(z.object({ engine: z.string().describe('docker, podman or buildah.'), text: z.string().describe('What it answered.') }))
    .describe('Engines that could not be asked for their images.'),
  missing: z.array(z.string()).describe('Engines that are not installed here.'),
  freedBytes: z.number().describe('Bytes that were, or would be, freed.'),
});

export type PruneItem = Readonly<z.infer<typeof itemSchema>>;
export type PruneReport = Readonly<z.infer<typeof pruneReportSchema>>;
