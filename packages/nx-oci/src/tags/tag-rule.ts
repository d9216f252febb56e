import { OciError } from '@nx-oci/model';

/** The words that `tags` knows. Anything else is a literal tag. */
export const RULE_NAMES = ['sha', 'version', 'minor', 'major', 'latest'] as const;
export type RuleName = (typeof RULE_NAMES)[number];

// Words that will be rules: refused as literals, so that no image ever carries a tag named "branch" by mistake.
const RESERVED = ['branch', 'pr', 'hash', 'date', 'edge', 'match'];

/** What a user may write in `tags`. */
export type WrittenTagRule = string | { readonly rule: string; readonly prefix?: string } | { readonly literal: string };

export type TagRule =
  { readonly kind: 'rule'; readonly name: RuleName; readonly prefix: string } | { readonly kind: 'literal'; readonly tag: string };

/** Stands before `version`, `minor` and `major`, unless configured or said in the rule. */
export const DEFAULT_VERSION_PREFIX = 'v';

/**
 * Reads the rules as written. All mistakes are returned together, as sentences that hold the fix.
 *
 * @param nearest finds the known word that was probably meant.
 */
export function readTagRules(
  written: readonly WrittenTagRule[],
  versionPrefix: string,
  nearest: (word: string, known: readonly string[]) => string | undefined,
): { readonly rules: readonly TagRule[]; readonly problems: readonly string[] } {
  const rules: TagRule[] = [];
  const problems: string[] = [];
  for (const entry of written) {
    const result = readRule(entry, versionPrefix, nearest);
    if (typeof result === 'string') problems.push(result);
    else rules.push(result);
  }
  if (written.length === 0) problems.push(`\`tags\` is empty. Name at least one of ${RULE_NAMES.join(', ')}, or a literal tag.`);
  return { rules, problems };
}

function readRule(
  entry: WrittenTagRule,
  versionPrefix: string,
  nearest: (word: string, known: readonly string[]) => string | undefined,
): TagRule | string {
  if (typeof entry === 'object' && 'literal' in entry) return literal(entry.literal);
  const word = typeof entry === 'string' ? entry : entry.rule;
  const prefix = typeof entry === 'string' ? undefined : entry.prefix;
  if (isRuleName(word)) return { kind: 'rule', name: word, prefix: prefix ?? defaultPrefix(word, versionPrefix) };
  if (RESERVED.includes(word)) return `The tag rule \`${word}\` is not available yet. To mean the tag itself, write { literal: ${word} }.`;
  const meant = nearest(word, RULE_NAMES);
  if (meant !== undefined)
    return `\`${word}\` is not a tag rule: did you mean \`${meant}\`? To mean the tag itself, write { literal: ${word} }.`;
  if (typeof entry === 'object') return `\`${word}\` is not a tag rule. Use one of ${RULE_NAMES.join(', ')}.`;
  return literal(word);
}

function literal(tag: string): TagRule | string {
  if (/^\w[\w.-]{0,127}$/.test(tag)) return { kind: 'literal', tag };
  return `\`${tag.slice(0, 150)}\` is not a tag. A tag has 1 to 128 of A–Z a–z 0–9 _ . - and starts with a letter, a digit or _.`;
}

function isRuleName(word: string): word is RuleName {
  return (RULE_NAMES as readonly string[]).includes(word);
}

function defaultPrefix(rule: RuleName, versionPrefix: string): string {
  return rule === 'sha' || rule === 'latest' ? '' : versionPrefix;
}

/** Joins problems into one error. @throws OciError `OPTIONS_INVALID` when there are any. */
export function throwProblems(what: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0] ?? ''}` : problems.map((problem) => `\n  - ${problem}`).join('');
  throw new OciError('OPTIONS_INVALID', `${what}:${list}`);
}
