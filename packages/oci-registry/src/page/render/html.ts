import { escapeControls } from '@nx-oci/model';

/** Safe HTML. Only `html` creates it. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A template that escapes its values unless they are `Html`, so that untrusted text cannot become markup. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Html | readonly Html[])[]): Html {
  return new Html(parts.map((part, index) => part + (index < values.length ? print(values[index] ?? '') : '')).join(''));
}

function print(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  // Visible, so that no text can look like another, or reverse what follows it.
  return escapeControls(String(value), '\t\n\r').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
