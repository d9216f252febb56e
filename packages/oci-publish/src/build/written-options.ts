import { z } from 'zod';

import { writtenText } from '../text/read-written';
import { describeNoText } from '../text/written-text';

const error = ({ input }: { readonly input?: unknown }) =>
  typeof input === 'number' || typeof input === 'boolean' ? describeNoText(input) : undefined;

// `true` is written in one way alone; a number in many, and an image would hold another text than the one that was meant.
const text = z.union([z.string(), z.boolean()], { error }).transform(String);

// A port, a user, a mode: the number itself is meant.
const numeral = z.union([z.string(), z.int()], { error }).transform(String);

const texts = z.record(z.string(), text);
// One text is no command: `node main.js` would be the name of a program.
const command = z.array(text);
// One value may stand for a list of one, as `--ports=8080` arrives.
const listOf = <Item extends typeof text | typeof numeral>(item: Item) =>
  z.union([z.array(item), item.transform((only) => [only])], { error: ({ input }) => error({ input: [input].flat().find(isNumber) }) });
const list = listOf(text);
const isNumber = (value: unknown): boolean => typeof value === 'number';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

const layer = z.looseObject({
  from: writtenText,
  to: writtenText,
  include: list.optional(),
  exclude: list.optional(),
  owner: numeral.optional(),
  mode: numeral.optional(),
  layer: text.optional(),
  ignored: text.optional(),
  outside: flag.optional(),
});

const secret = z.looseObject({ id: writtenText, src: writtenText.optional(), env: writtenText.optional(), outside: flag.optional() });

/** What may stand in the options of an image target. Names are checked apart, so that a wrong one hides nothing else. */
export const writtenOptionsSchema = z.looseObject({
  engine: writtenText.optional(),
  platform: writtenText.optional(),
  labels: texts.default({}),
  outside: flag.optional(),

  // native
  base: writtenText.optional(),
  layers: z.array(layer).optional(),
  entrypoint: command.optional(),
  cmd: command.optional(),
  env: texts.optional(),
  user: numeral.optional(),
  workdir: writtenText.optional(),
  ports: listOf(numeral).optional(),
  volumes: list.optional(),
  stopSignal: numeral.optional(),
  annotations: texts.optional(),

  // docker, podman, buildah
  dockerfile: writtenText.optional(),
  context: writtenText.optional(),
  buildArgs: z.record(z.string(), text.nullable()).optional(),
  // The name of a stage starts with a letter: a number counts stages.
  stage: numeral.optional(),
  secrets: z.array(secret).optional(),
  noCache: flag.optional(),
  network: writtenText.optional(),
});

/** Options with `true` and `false`, ports and the like made text; everything else is as it was written. */
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
