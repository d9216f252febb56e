import { acr } from './acr';
import { artifactory } from './artifactory';
import { dockerhub } from './dockerhub';
import { ecr } from './ecr';
import { gar } from './gar';
import { ghcr } from './ghcr';
import { gitlab } from './gitlab';
import { harbor } from './harbor';
import { type RegistryKind } from './kind';
import { quay } from './quay';
import { selfHosted } from './self-hosted';

/** All kinds that the generator knows, in the order of the prompt. */
export const REGISTRY_KINDS: readonly RegistryKind[] = [ghcr, dockerhub, ecr, gar, acr, gitlab, harbor, artifactory, quay, selfHosted];

/** Their names, as `--kind` takes them. */
export const KIND_NAMES: readonly string[] = REGISTRY_KINDS.map(({ name }) => name);
