import semver from 'semver';
import { z } from 'zod';

import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';
import { defineKind } from './rule-kind';

/** `1` or `1.2`: the line that a commit belongs to. */
export const [minor, major] = [lineKind('minor'), lineKind('major')];

function lineKind<Line extends 'minor' | 'major'>(kind: Line) {
  return defineKind({
    options: { allowZero: z.boolean().default(false).describe('Also set v0 and v0.0, which promise no compatibility.') },
    alwaysFloats: true,
    defaultPrefix: 'version',
    make: ({ allowZero }) => ({ kind, allowZero }),
    apply: ({ allowZero }, { version }) => lineTag(kind, allowZero, version),
  });
}

function lineTag(kind: 'minor' | 'major', allowZero: boolean, { line, reason }: TagFacts['version']): TagCandidate | string {
  if (line === undefined) return reason;
  const { major: majorPart, minor: minorPart, prerelease } = new semver.SemVer(line);
  if (prerelease.length > 0) return `${line} is a pre-release`;
  // Below 1.0.0 a minor version may break, below 0.1.0 a patch: v0 and v0.0 would promise what semver does not.
  const isStable = majorPart > 0 || (kind === 'minor' && minorPart > 0);
  if (!isStable && !allowZero) return `${line} has no stable ${kind} version`;
  return { text: kind === 'major' ? `${majorPart}` : `${majorPart}.${minorPart}`, isFloating: true, scope: kind };
}
