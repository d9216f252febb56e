import { compilePathGlob, isOciError, nearestName } from '@nx-oci/model';

import { findProfile, PROFILE_NAMES } from '../profiles/profiles';
import type { ProfileSettings, RegistryProfile, TagPattern } from '../quirks/registry-profile';

/** The registry that the command line wants played, and everything that is wrong with that wish. */
export interface PlayedRegistry {
  readonly profile: RegistryProfile | undefined;
  readonly settings: ProfileSettings;
  readonly problems: readonly string[];
}

type Option = 'profile' | 'immutable-tags' | 'repositories' | 'requests-per-minute';

const SETTINGS: readonly Option[] = ['immutable-tags', 'repositories', 'requests-per-minute'];

/** Reads `--profile` and its settings. @param text the value of an option, if it was given. */
export function readPlayed(text: (name: Option) => string | undefined): PlayedRegistry {
  const name = text('profile');
  const profile = name === undefined ? undefined : findProfile(name);
  const pattern = text('immutable-tags');
  const immutableTags = pattern === undefined ? undefined : parsePattern(pattern);
  const perMinute = text('requests-per-minute');
  const withoutProfile = name === undefined ? SETTINGS.filter((option) => text(option) !== undefined) : [];
  return {
    profile,
    settings: {
      immutableTags,
      repositories: text('repositories')?.split(','),
      requestsPerMinute: perMinute === undefined ? undefined : Number(perMinute),
    },
    problems: [
      ...(name !== undefined && profile === undefined ? [complainAbout(name)] : []),
      ...withoutProfile.map((option) => `--${option} needs --profile: it is a setting of the registry that is played.`),
      ...(pattern !== undefined && immutableTags === undefined
        ? [`--immutable-tags is a glob such as v* or {v*,release-*}, not "${pattern}".`]
        : []),
      ...(perMinute === undefined || /^[1-9]\d{0,8}$/.test(perMinute)
        ? []
        : [`--requests-per-minute is a whole number above 0, not "${perMinute}".`]),
    ],
  };
}

function complainAbout(name: string): string {
  const nearest = nearestName(name, PROFILE_NAMES);
  return `There is no profile "${name}".${nearest === undefined ? '' : ` Did you mean ${nearest}?`} There are ${PROFILE_NAMES.join(', ')}.`;
}

/** A glob, as owners write it in most registries: whoever pushes chooses the names, and a regular expression may take for ever. */
function parsePattern(pattern: string): TagPattern | undefined {
  // Also a regular expression that means another thing as a glob.
  if (!/^[\w.*?[\]{},!-]+$/.test(pattern)) return undefined;
  try {
    const glob = compilePathGlob(pattern);
    return { test: (tag) => glob.matches(tag) };
  } catch (error) {
    // The caller says what is wrong, with all the rest that is.
    if (isOciError(error)) return undefined;
    throw error;
  }
}
