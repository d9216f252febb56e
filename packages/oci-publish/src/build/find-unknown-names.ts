import { nearestName } from '@nx-oci/model';
import { suggestName } from '../text/problem';
import { OPTION_NAMES } from './written-options';

/** A line for each name that is not an option, with the one that was probably meant. */
export function findUnknownNames(options: Readonly<Record<string, unknown>>): readonly string[] {
  return [
    ...findUnknown(options, '', ''),
    ...['layers', 'secrets'].flatMap((name) => {
      const entries = options[name];
      return Array.isArray(entries) ? entries.flatMap((entry, index) => findUnknown(entry, name, `${name}[${index}].`)) : [];
    }),
  ];
}

function findUnknown(value: unknown, parent: string, prefix: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const known = OPTION_NAMES[parent] ?? [];
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  return unknown.map((name) => `unknown option \`${prefix}${name}\` → ${suggestName(nearestName(name, known), known)}`);
}
