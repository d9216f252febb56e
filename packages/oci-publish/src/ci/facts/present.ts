/** Removes absent values: CI systems set empty variables for what they do not know. */
export function present<Facts extends object>(facts: Facts): { readonly [Key in keyof Facts]?: NonNullable<Facts[Key]> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(entries) as { readonly [Key in keyof Facts]?: NonNullable<Facts[Key]> };
}

/** The number of a pull request if it is valid, else `undefined`. */
export function asNumber(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? text : undefined;
}
