import semver from 'semver';
import { z } from 'zod';

import { type TagCandidate } from '../facts/tag-candidate';
import { type TagFacts } from '../facts/tag-facts';
import { affix } from '../grammar/rule-options';
import { defineKind } from './rule-kind';
import { NOT_A_RELEASE } from './version';

export interface Channel {
  readonly kind: 'channel';
  readonly name: string;
  readonly stable: boolean;
}

const stable = z.boolean().default(false).describe('Whether stable releases take the channel, too.');

/** The newest pre-release of an identifier; stable releases only if the rule includes them. */
export const channel = defineKind({
  options: {
    name: affix.meta({
      description: 'Name of the channel: the tag, and the pre-release identifier that may take it.',
      examples: ['canary'],
    }),
    stable,
  },
  example: '{ rule: channel, name: canary }',
  alwaysFloats: true,
  make: ({ name, stable }): Channel => ({ kind: 'channel', name, stable }),
  apply: ({ name, stable }, { version }) => channelTag(name, stable, version),
});

/** Channels with their own rule name: `next` is any pre-release. */
export const [next, alpha, beta, rc] = [named('next'), named('alpha'), named('beta'), named('rc')];

function named(name: string) {
  return defineKind({ ...channel, options: { stable }, make: (options) => channel.make({ name, ...options }) });
}

function channelTag(name: string, stable: boolean, { release, notReleased = NOT_A_RELEASE }: TagFacts['version']): TagCandidate | string {
  if (release === undefined) return notReleased;
  if (isInChannel(name, stable, release)) return { text: name, isFloating: true, scope: 'channel' };
  const isPreRelease = new semver.SemVer(release).prerelease.length > 0;
  return isPreRelease ? `${release} is not a \`${name}\` pre-release` : `${release} is not a pre-release`;
}

/** Whether a version may take a channel. */
export function isInChannel(name: string, stable: boolean, version: string): boolean {
  const [identifier] = new semver.SemVer(version).prerelease;
  if (identifier === undefined) return stable;
  return name === 'next' || identifier === name;
}
