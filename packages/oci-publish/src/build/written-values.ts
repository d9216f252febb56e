import { z } from 'zod';

import { describeNotText } from '../text/written-text';

const error = ({ input }: { readonly input?: unknown }) =>
  typeof input === 'number' || typeof input === 'boolean' ? describeNotText(input) : undefined;

// `true` has one spelling; a number has many, and the image could get another text than the user wrote.
export const text = z.union([z.string(), z.boolean()], { error }).transform(String);

// For a port, a user or a mode, the number itself is meant.
export const numeral = z.union([z.string(), z.int()], { error }).transform(String);

// As Nx parses `--labels.team=shop`.
export const MAP = 'write names with their values: { "name": "value" }, or --option.name=value';
export const texts = z.record(z.string(), text, MAP);
// A single text is not a command: `node main.js` would be the name of a program.
export const command = z.array(text, 'write a list, one word an item: ["node", "main.js"]');
// A single value is accepted as a list of one: `--ports=8080` is parsed like that.
export const listOf = <Item extends typeof text | typeof numeral>(item: Item) =>
  z.union([z.array(item), item.transform((only) => [only])], { error: ({ input }) => error({ input: [input].flat().find(isNumber) }) });
export const list = listOf(text);
const isNumber = (value: unknown): boolean => typeof value === 'number';

export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')], 'write true or false');
