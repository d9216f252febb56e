import { plainLine } from '../../text/plain-text';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Any text as one line of markdown that shows it as it is: no markup, no cell of a table, no HTML, no link of its own. */
export function escapeMarkdown(text: string): string {
  return plainLine(text)
    .replace(/[\\`*_[\]|~#!]/g, (character) => `\\${character}`)
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replace(/:\/\//g, '&#58;//');
}
