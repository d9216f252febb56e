import { sanitizeText } from '../transport/redact';
import { type RegistryAnswer } from '../transport/request';

// A registry that has more to say than anybody reads is not heard out.
const MAX_WARNINGS = 10;

/**
 * What one registry wants its users to know: `Warning: 299 - "text"`, each text once, made fit for a terminal.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
export class RegistryWarnings {
  readonly #texts = new Set<string>();

  get texts(): readonly string[] {
    return [...this.#texts];
  }

  /** Looks at the headers of an answer that is the registry's own. */
  notice({ headers }: Pick<RegistryAnswer, 'headers'>): void {
    const lines = [headers['warning'] ?? []].flat();
    for (const text of lines.flatMap(readTexts)) if (this.#texts.size < MAX_WARNINGS) this.#texts.add(text);
  }
}

/** Other codes, and agents with a name, are those of caches on the way. */
function readTexts(line: string): readonly string[] {
  const quoted = line.slice(0, 8192).matchAll(/(?:^|,)\s*299 - "((?:[^"\\]|\\.)*)"/g);
  return [...quoted].map(([, text = '']) => sanitizeText(text.replace(/\\(.)/g, '$1'))).filter((text) => text !== '');
}
