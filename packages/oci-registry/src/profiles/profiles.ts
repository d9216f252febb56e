import { acr } from './acr';
import { artifactory } from './artifactory';
import { dockerHub } from './docker-hub';
import { ecr } from './ecr';
import { gar } from './gar';
import { ghcr } from './ghcr';
import { gitlab } from './gitlab';
import { harbor } from './harbor';
import { quay } from './quay';
import type { RegistryProfile } from '../quirks/registry-profile';
import { zot } from './zot';

/** All registries that can be emulated. */
export const profiles = { ghcr, dockerHub, ecr, gar, acr, gitlab, harbor, artifactory, quay, zot };

/** Their names on the command line. */
export const PROFILE_NAMES: readonly string[] = Object.values(profiles).map(({ name }) => name);

export function findProfile(name: string): RegistryProfile | undefined {
  return Object.values(profiles).find((profile) => profile.name === name);
}
