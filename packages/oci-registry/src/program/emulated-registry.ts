import { compilePathGlob, isOciError, nearestName } from '@nx-oci/model';

import { findProfile, PROFILE_NAMES } from '../profiles/profiles';
import type { ProfileSettings, RegistryProfile, TagPattern } from '../quirks/registry-profile';

/** The registry to emulate, and all problems with these options. */
export interface EmulatedRegistry {
  readonly profile: RegistryProfile | undefined;
  readonly settings: ProfileSettings;
  readonly problems: readonly string[];
}

type Option = 'profile' | 'immutable-tags' | 'repositories' | 'requests-per-minute';

const SETTINGS: readonly Option[] = ['immutable-tags', 'repositories', 'requests-per-minute'];

/** Reads `--profile` and its settings. @param text returns the value of an option, if it was given. */
export function readEmulated(text: (name: Option) => string | undefined): EmulatedRegistry {
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
      ...(name !== undefined && profile === undefined ? [describeUnknownProfile(name)] : []),
      ...withoutProfile.map((option) => `--${option} needs --profile: it is a setting of the emulated registry.`),
      ...(pattern !== undefined && immutableTags === undefined
        ? [`--immutable-tags is a glob such as v* or {v*,release-*}, not "${pattern}".`]
        : []),
      ...(perMinute === undefined || /^[1-9]\d{0,8}$/.test(perMinute)
        ? []
        : [`--requests-per-minute is a whole number above 0, not "${perMinute}".`]),
    ],
  };
}

function describeUnknownProfile(name: string): string {
  const nearest = nearestName(name, PROFILE_NAMES);
  return `Unknown profile "${name}".${nearest === undefined ? '' : ` Did you mean ${nearest}?`} Known profiles: ${PROFILE_NAMES.join(', ')}.`;
}

/** A glob, as in most registries: clients choose the names, and a regular expression could take forever. */
function parsePattern(pattern: string): TagPattern | undefined {
  // A regular expression would have another meaning as a glob.
  if (!/^[\w.*?[\]{},!-]+$/.test(pattern)) return undefined;
  try {
    const glob = compilePathGlob(pattern);
    return { test: (tag) => glob.matches(tag) };
  } catch (error) {
    // The caller reports it together with all other problems.
    if (isOciError(error)) return undefined;
    throw error;
  }
}
