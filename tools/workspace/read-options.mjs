import { parseArgs } from 'node:util';

/**
 * Reads the options of a tool. `--help` prints them and ends the process; so does an option that is not one of them, with code 2.
 *
 * @typedef {object} ToolOption
 * @property {'string' | 'boolean'} type
 * @property {string | boolean} [default]
 * @property {string} help What it is for; begins with its value, as `MIB  size of the layer`.
 *
 * @param {string} summary What the tool does, in one line.
 * @param {Readonly<Record<string, ToolOption>>} options
 * @returns {Record<string, any>} The values by name.
 */
export function readOptions(summary, options) {
  const names = Object.keys(options);
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help !== true) return values;
  } catch (error) {
    if (!String(error.code).startsWith('ERR_PARSE_ARGS_')) throw error;
    console.error(`${error.message}\nThere are: ${names.map((name) => `--${name}`).join(', ')}.`);
    process.exit(2);
  }
  console.log(`${summary}\n\n${names.map((name) => describe(name, options[name])).join('\n')}`);
  process.exit(0);
}

/** A list that an option gives, its items known. Ends the process where one is not. */
export function readList(text, { name, known, separator = ',' }) {
  const items = text.split(separator).map((item) => item.trim());
  const unknown = items.filter((item) => !known.includes(item));
  if (unknown.length === 0) return items;
  console.error(`--${name} does not know ${unknown.join(', ')}. There are: ${known.join(`${separator} `)}.`);
  process.exit(2);
}

function describe(name, { help, default: byDefault }) {
  return `  --${name} ${help}${byDefault === undefined || byDefault === false ? '' : ` (default: ${byDefault})`}`;
}
