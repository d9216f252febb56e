import { z } from 'zod';

import { describeNoText } from '../text/written-text';

// A port or a user is a number to most; of a fraction nobody knows how it was written.
const text = z
  .union([z.string(), z.int(), z.boolean()], {
    error: ({ input }) => (typeof input === 'number' || typeof input === 'boolean' ? describeNoText(input) : undefined),
  })
  .transform(String);
const texts = z.record(z.string(), text);
// One text is no command: `node main.js` would be the name of a program.
const command = z.array(text);
// One value may stand for a list of one, as `--ports=8080` arrives.
const list = z.union([z.array(text), text.transform((only) => [only])]);

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

const layer = z.looseObject({
  from: z.string(),
  to: z.string(),
  include: list.optional(),
  exclude: list.optional(),
  owner: text.optional(),
  mode: text.optional(),
  layer: text.optional(),
  ignored: text.optional(),
  outside: flag.optional(),
});

const secret = z.looseObject({ id: z.string(), src: z.string().optional(), env: z.string().optional(), outside: flag.optional() });

/** What may stand in the options of an image target. Names are checked apart, so that a wrong one hides nothing else. */
export const writtenOptionsSchema = z.looseObject({
  engine: z.string().optional(),
  platform: z.string().optional(),
  labels: texts.default({}),
  outside: flag.optional(),

  // native
  base: z.string().optional(),
  layers: z.array(layer).optional(),
  entrypoint: command.optional(),
  cmd: command.optional(),
  env: texts.optional(),
  user: text.optional(),
  workdir: z.string().optional(),
  ports: list.optional(),
  volumes: list.optional(),
  stopSignal: text.optional(),
  annotations: texts.optional(),

  // docker, podman, buildah
  dockerfile: z.string().optional(),
  context: z.string().optional(),
  buildArgs: z.record(z.string(), text.nullable()).optional(),
  stage: text.optional(),
  secrets: z.array(secret).optional(),
  noCache: flag.optional(),
  network: z.string().optional(),
});

/** Options with numbers and booleans made text; everything else is as it was written. */
export type WrittenOptions = z.output<typeof writtenOptionsSchema>;
export type WrittenLayer = z.output<typeof layer>;

/** The options as users write them. */
export type BuildOptions = z.input<typeof writtenOptionsSchema>;

/** Names by the place where they may stand: `''` is the target's options itself. */
export const OPTION_NAMES: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(writtenOptionsSchema.shape),
  layers: Object.keys(layer.shape),
  secrets: Object.keys(secret.shape),
};

/** The options that some engines understand and the others would ignore. */
export const ENGINE_OPTIONS = {
  native: ['base', 'layers', 'entrypoint', 'cmd', 'env', 'user', 'workdir', 'ports', 'volumes', 'stopSignal', 'annotations'],
  dockerfile: ['dockerfile', 'context', 'buildArgs', 'stage', 'secrets', 'noCache', 'network'],
} as const satisfies Readonly<Record<string, readonly (keyof WrittenOptions)[]>>;
