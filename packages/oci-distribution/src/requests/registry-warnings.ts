import { sanitizeText } from '../transport/redact';
import { type RegistryAnswer } from '../transport/request';

// Further warnings are ignored.
const MAX_WARNINGS = 10;

/**
 * The warnings of one registry to its users: `Warning: 299 - "text"`, each text once, sanitised for a terminal.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
export class RegistryWarnings {
  readonly #texts = new Set<string>();

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  /** Reads the headers of an answer of the registry itself. */
  collect({ headers }: Pick<RegistryAnswer, 'headers'>): void {
    const lines = [headers['warning'] ?? []].flat();
    for (const text of lines.flatMap(readTexts)) if (this.#texts.size < MAX_WARNINGS) this.#texts.add(text);
  }
}

/** Other codes, and named agents, are from caches in between. */
function readTexts(line: string): readonly string[] {
  const quoted = line.slice(0, 8192).matchAll(/(?:^|,)\s*299 - "((?:[^"\\]|\\.)*)"/g);
  return [...quoted].map(([, text = '']) => sanitizeText(text.replace(/\\(.)/g, '$1'))).filter((text) => text !== '');
}
