import type { BakeTarget } from './bake-fields';

/** The text of a bake file, in JSON. @param targets by their names, see `nameTargets`. */
export function writeBakeFile(targets: Readonly<Record<string, BakeTarget>>): string {
  return JSON.stringify({ target: escapeTemplates(targets) }, undefined, 2);
}

/**
 * Bake reads every text as a template of HCL, names too: `${…}` would be a variable.
 *
 * @see https://github.com/hashicorp/hcl/blob/v2.23.0/json/spec.md#expressions
 */
function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[$%](?=\{)/g, '$&$&');
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [escapeTemplates(name), escapeTemplates(one)]));
}
