import { makeRule } from './make-rule';
import { type ProjectVersion } from '../versions/resolve-version';
import { type TagRule } from './tag-rule';

/**
 * The rules of a release: the configured ones, and always its exact version, which should need no configuration; the same for
 * `--release`, `nx release` and a git tag. Pure.
 *
 * It has the prefix and the suffix of the configured lines: `1` goes with `1.2.3`, and `v1-alpine` with `v1.2.3-alpine`.
 *
 * @param versionPrefix of the option `prefix`.
 */
export function addExactVersion(rules: readonly TagRule[], { release }: ProjectVersion, versionPrefix: string): readonly TagRule[] {
  if (release === undefined || rules.some(isExactVersion)) return rules;
  const lines = rules.filter(({ kind }) => kind === 'minor' || kind === 'major');
  const flavours = new Set(rules.filter(({ kind }) => OF_VERSIONS.has(kind)).map(({ suffix }) => suffix));
  const suffix = flavours.size === 1 ? [...flavours][0] : undefined;
  const prefix = lines.find((line) => line.suffix === (suffix ?? ''))?.prefix;
  const own = makeRule('version', { rule: 'version', ...(prefix !== undefined && { prefix }), ...(suffix && { suffix }) }, versionPrefix);
  return [...rules, { ...own, addedBy: 'exactVersion' }];
}

const OF_VERSIONS: ReadonlySet<TagRule['kind']> = new Set(['minor', 'major', 'latest', 'channel'] as const);

function isExactVersion({ kind, when }: TagRule): boolean {
  return kind === 'version' && when === undefined;
}
