import { type DateFormat } from './date-format';
import { type DateSource } from './rule-names';
import { type TemplatePiece } from './parse-template';
import { type When } from './when';

/** What every rule may have beside what it is. */
export interface CommonRuleOptions {
  /** How the plan calls it: its word, tag or template. */
  readonly label: string;
  readonly prefix: string;
  readonly suffix: string;
  /** Absent: as its kind has it. */
  readonly floating?: boolean;
  readonly when?: When;
  /** The setting that added it to the configured list; absent where it was written. */
  readonly addedBy?: 'exactVersion';
}

/** What a rule makes a tag of. */
export type RuleSource =
  | { readonly kind: 'latest' | 'edge' | 'branch' | 'pr' | 'version' }
  | { readonly kind: 'sha' | 'hash'; readonly length: number }
  | { readonly kind: 'minor' | 'major'; readonly allowZero: boolean }
  | { readonly kind: 'date'; readonly format: DateFormat; readonly timeZone: string; readonly of: DateSource }
  | { readonly kind: 'match'; readonly pattern: string; readonly group: number | string }
  | { readonly kind: 'channel'; readonly name: string; readonly stable: boolean }
  | { readonly kind: 'literal'; readonly tag: string }
  | { readonly kind: 'template'; readonly pieces: readonly TemplatePiece[]; readonly timeZone: string };

/** A rule of `tags`, read and checked. */
export type TagRule = CommonRuleOptions & RuleSource;

/** Whether a rule may ask for the version of a commit that is no release. */
export function isOfVersionLine({ kind }: TagRule): boolean {
  return kind === 'minor' || kind === 'major' || kind === 'template';
}

/** Stands before `version`, `minor` and `major`, unless configured or said in the rule. */
export const DEFAULT_VERSION_PREFIX = 'v';
