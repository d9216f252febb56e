export interface InstructionWords {
  /** `--from=build` as `from`; a repeated flag has several values. */
  readonly flags: readonly { readonly name: string; readonly value: string }[];
  /** As written, with variables and quotes. */
  readonly words: readonly string[];
  /** Whether the words were a JSON array. */
  readonly isJson: boolean;
}

/** Splits the rest of an instruction into its flags and its words, which may be a JSON array. */
export function splitFlags(rest: string): InstructionWords {
  const [leading = ''] = /^(?:--[a-z][^\s]*\s+)*/.exec(`${rest} `) ?? [];
  const flags = leading.split(/\s+/).flatMap((word) => {
    const [, name, value = 'true'] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    return name === undefined ? [] : [{ name, value }];
  });
  const words = rest.slice(leading.length).trim();
  const list = readJsonList(words);
  return { flags, words: list ?? words.split(/\s+/).filter((word) => word !== ''), isJson: list !== undefined };
}

function readJsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    // Then it is not an array for a builder either, but words that start with a bracket.
    return undefined;
  }
}
