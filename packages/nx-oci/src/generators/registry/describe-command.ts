import { type RegistryOptions } from './registry-options';

/** The command of this generator with these options, as a user types it. */
export function describeCommand(options: Partial<RegistryOptions>, exec: string): string {
  const words = Object.entries<string | boolean | readonly string[] | undefined>(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    const text = [value].flat().join(',');
    if (text === '') return [];
    return value === true ? [`--${name}`] : [`--${name}=${quote(text)}`];
  });
  return [`${exec} nx g nx-oci:registry`, ...words].join(' ');
}

/** For a shell, only where it is needed: `${NAME}`. */
function quote(text: string): string {
  return /^[\w.:/@,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
