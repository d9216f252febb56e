// East Asian Wide and Fullwidth characters of Unicode 16, and pictures: a terminal draws them two columns wide.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u;
const UNSEEN = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u;
// What most texts consist of: one column each.
const PLAIN = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The characters of a text as a reader sees them, which may be several code points each. */
export function charactersOf(text: string): readonly string[] {
  return PLAIN.test(text) ? text.split('') : [...graphemes.segment(text)].map(({ segment }) => segment);
}

/** The columns that a text without styles takes in a terminal. */
export function displayWidth(text: string): number {
  return PLAIN.test(text) ? text.length : charactersOf(text).reduce((sum, character) => sum + widthOf(character), 0);
}

function widthOf(character: string): number {
  if (UNSEEN.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
