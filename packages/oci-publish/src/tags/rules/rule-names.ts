/** The words that `tags` knows. Anything else is a literal tag, or a template where it holds a brace. */
export const RULE_NAMES = [
  'sha',
  'version',
  'minor',
  'major',
  'latest',
  'edge',
  'branch',
  'pr',
  'hash',
  'date',
  'match',
  'channel',
  'next',
  'alpha',
  'beta',
  'rc',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** Whether `date` tells of the moment of the publish or of the commit. */
export const DATE_SOURCES = ['run', 'commit'] as const;
export type DateSource = (typeof DATE_SOURCES)[number];

export function isRuleName(word: unknown): word is RuleName {
  return (RULE_NAMES as readonly unknown[]).includes(word);
}
