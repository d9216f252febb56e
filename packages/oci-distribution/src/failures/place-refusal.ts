/** A reason why a place takes nothing from anybody. */
interface PlaceRefusal {
  readonly words: RegExp;
  readonly hint: string;
}

// Registries call it "denied" like a missing right, so only their words tell it from that.
const REFUSALS: readonly PlaceRefusal[] = [
  // Harbor and Quay: https://github.com/goharbor/harbor/issues/8802; quay ffba0c70e, endpoints/v2/errors.py
  { words: /\bquota\b/i, hint: 'Remove what is not needed there any more, or have the quota raised by who runs the registry.' },
  // Harbor: https://github.com/goharbor/harbor/pull/12404
  {
    words: /\bproxy(?:[- ]cache)? project\b/i,
    hint: 'This project only keeps copies of another registry: push to a project of your own (`namespace` in registries.yaml).',
  },
  // Quay, the same file, and Harbor while it is cleaned up.
  { words: /\bread[- ]only\b/i, hint: 'The registry takes nothing while it is being maintained: try again later, or ask who runs it.' },
];

/** What to do about a place that takes nothing; `undefined` where the text speaks of something else. */
export function hintForPlace(text: string): string | undefined {
  return REFUSALS.find(({ words }) => words.test(text))?.hint;
}
