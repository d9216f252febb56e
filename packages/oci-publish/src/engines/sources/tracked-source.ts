import { z } from 'zod';

import { DOCKERFILE_ENGINES } from '../options/engine-names';

/** One source of an image, and how to read it; paths are relative to the workspace root, with `/`, the same on every machine. */
export type TrackedSource = z.output<typeof trackedSourceSchema>;

const texts = z.array(z.string()).readonly().optional();

/** One source of a layer, as `LayerSource` has it. */
const layerSource = z.object({
  kind: z.literal('layer'),
  option: z.string(),
  from: z.string(),
  to: z.string(),
  include: texts,
  exclude: texts,
  owner: z.object({ uid: z.number(), gid: z.number() }).optional(),
  mode: z.number().optional(),
  ignored: z.enum(['include', 'exclude']).optional(),
});

const copiedSource = z.object({ path: z.string(), isPattern: z.boolean() });

/**
 * What a Dockerfile reads from its context, without the files that its ignore file excludes; the whole context if it may read
 * anything.
 */
const contextSource = z.object({
  kind: z.literal('context'),
  option: z.string(),
  path: z.string(),
  // Absent for a further context, which has only the ignore file in its folder.
  dockerfile: z.string().optional(),
  // Builders read ignore files of different names.
  engine: z.enum(DOCKERFILE_ENGINES).optional(),
  copied: z.array(copiedSource).readonly().optional(),
});

const fileSource = z.object({ kind: z.literal('file'), option: z.string(), path: z.string() });

/** A layout used as base, identified by its index. */
const layoutSource = z.object({ kind: z.literal('layout'), option: z.string(), path: z.string() });

/** Only whether it exists: the digest of a short secret would reveal it. */
const secretSource = z.object({ kind: z.literal('secret'), option: z.string(), path: z.string() });

/** An environment variable that gives a build argument its value. */
const variableSource = z.object({ kind: z.literal('variable'), option: z.string(), name: z.string() });

export const trackedSourceSchema = z.discriminatedUnion('kind', [
  layerSource,
  contextSource,
  fileSource,
  layoutSource,
  secretSource,
  variableSource,
]);
