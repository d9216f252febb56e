/** Leaves out what is absent: CI systems pass empty variables for what they do not know. */
export function present<Facts extends object>(facts: Facts): { readonly [Key in keyof Facts]?: NonNullable<Facts[Key]> } {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(entries) as { readonly [Key in keyof Facts]?: NonNullable<Facts[Key]> };
}

/** A number of a pull request that is one; anything else is none. */
export function asNumber(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{1,18}$/.test(text) ? text : undefined;
}
