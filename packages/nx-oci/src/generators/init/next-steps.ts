import { type Tree } from '@nx/devkit';
import { describeProblem, isLoopback, parseRegistries, REGISTRIES_FILE } from '@nx-oci/publish';

import { readNxJson } from '../../nx/devkit';
import { type PublishedImage } from '../find-images';
import { findFormerImages } from '../migrate/find-former-images';
import { readRepositoryFacts, type RepositoryFacts } from '../registry/repository-facts';
import { type ResolvedProjects } from '../resolved-projects';

/** What a workspace has, and so what is left to do. */
export interface WorkspaceState {
  readonly facts: RepositoryFacts;
  /** The names in registries.yaml. */
  readonly registries: readonly string[];
  /** What is wrong in registries.yaml, each with its place and remedy. */
  readonly mistakes: readonly string[];
  readonly hasLocalRegistry: boolean;
  readonly hasHostedRegistry: boolean;
  readonly images: readonly Pick<PublishedImage, 'name' | 'publishTarget'>[];
  /** An application without an image, as an example. */
  readonly application: string | undefined;
  readonly hasPipeline: boolean;
  /** Whether other tools publish images here. */
  readonly hasFormerImages: boolean;
}

// As `nx-oci:ci` names them by default.
const PIPELINES: readonly string[] = ['.github/workflows/publish.yml', '.gitlab-ci.yml'];

/** Reads what decides the next steps; everything may be missing. */
export async function readWorkspaceState(
  tree: Tree,
  images: readonly PublishedImage[],
  projects: ResolvedProjects,
): Promise<WorkspaceState> {
  const { content, problems } = parseRegistries(tree.read(REGISTRIES_FILE, 'utf8') ?? '');
  const { registries = {} } = content;
  const hosts = Object.values(registries ?? {}).map(({ host }) => host);
  const published = new Set(images.map(({ name }) => name));
  const applications = Object.entries(projects).filter(([name, { projectType }]) => projectType === 'application' && !published.has(name));
  return {
    facts: await readRepositoryFacts(tree),
    registries: Object.keys(registries ?? {}),
    mistakes: problems.map(describeProblem),
    hasLocalRegistry: hosts.some(isLoopback),
    hasHostedRegistry: hosts.some((host) => !isLoopback(host)),
    images,
    application: applications.find(([name]) => !name.endsWith('-e2e'))?.[0],
    hasPipeline: PIPELINES.some((file) => /\bnx\b[^\n]*\bpublish\b/.test(tree.read(file, 'utf8') ?? '')),
    hasFormerImages: findFormerImages(tree, { projects, nxJson: readNxJson(tree) ?? {} }).length > 0,
  };
}

/** What was found, in one line for each thing. */
export function describeFound({ facts, registries, mistakes, images }: WorkspaceState): readonly string[] {
  const { owner, name, gitlab } = facts;
  const place = owner === undefined ? gitlab && `${gitlab.host}/${gitlab.path}` : `github.com/${owner}/${name}`;
  return [
    ...(place === undefined ? [] : [`Repository: ${place}.`]),
    ...(mistakes.length === 0
      ? [`Registries in ${REGISTRIES_FILE}: ${registries.length === 0 ? 'none' : registries.join(', ')}.`]
      : [`${REGISTRIES_FILE} cannot be used until it is corrected:`, ...mistakes.map((mistake) => `  ${mistake}`)]),
    ...(images.length === 0 ? ['No project has a Dockerfile or publishes an image yet.'] : []),
  ];
}

/**
 * The next steps after `nx add nx-oci`, for the terminal: only those that are left, in the order in which they are run, with commands
 * of this package manager.
 */
export function nextSteps(state: WorkspaceState, exec: string): string {
  const { images, application, hasHostedRegistry, hasLocalRegistry, hasPipeline, hasFormerImages } = state;
  const [image] = images;
  const publish = `${image?.name ?? application ?? '<project>'}:${image?.publishTarget ?? 'publish'}`;
  const steps: readonly (readonly [command: string, effect: string])[] = [
    // It writes registries, too.
    ...(hasFormerImages && !hasHostedRegistry
      ? [['nx g nx-oci:migrate', 'takes over what docker/build-push-action, nx-container or @nx/docker publish here'] as const]
      : []),
    ...(hasLocalRegistry
      ? [['oci-registry --port 5080 --folder tmp/registry', 'starts the local registry of registries.yaml; in a second terminal'] as const]
      : []),
    ...(image !== undefined && application === undefined
      ? []
      : [[`nx g nx-oci:image ${application ?? '<project>'}`, 'gives a project the targets image and publish'] as const]),
    [`nx run ${publish}`, 'builds, pushes, verifies, then sets the tags; commit first, --dryRun shows the plan'],
    ...(hasHostedRegistry
      ? []
      : [[`nx g nx-oci:registry${kindOf(state)}`, 'adds a hosted registry to registries.yaml, and says how to log in to it'] as const]),
    ...(hasPipeline
      ? []
      : [['nx g nx-oci:ci', 'writes the pipeline that publishes what changed, for GitHub Actions or GitLab CI'] as const]),
  ];
  return ['nx-oci is ready. Next:', ...steps.flatMap(([command, effect]) => [`  ${exec} ${command}`, `      ${effect}`]), ''].join('\n');
}

/** The registry of the place where the repository is, which needs no account of its own. */
function kindOf({ facts: { owner, gitlab } }: WorkspaceState): string {
  if (owner !== undefined) return ' --kind=ghcr';
  return gitlab === undefined ? '' : ' --kind=gitlab';
}
