import { posix } from 'node:path';

import { type NxJsonConfiguration, type ProjectConfiguration } from '@nx/devkit';

import { type ResolvedProjects } from '../../resolved-projects';
import { type TranslatedTags } from '../metadata-action/translate-tags';
import { type FoundImage } from '../sources/found-image';
import { isProjectIn } from './match-projects';

/** `release.docker` of nx.json, of a group or of a project. */
interface DockerRelease {
  readonly registryUrl?: string;
  readonly repositoryName?: string;
  readonly versionSchemes?: Readonly<Record<string, string>>;
}

// What `release.docker: true` stands for. @see @nx/docker, release/version-utils
const DEFAULT_SCHEMES = { production: '{currentDate|YYMM.DD}.{shortCommitSha}' };
const BUILT_BY = /^docker (?:buildx )?build\b/;

/** The images that `nx release` pushes with @nx/docker. */
export function findReleaseImages(nxJson: NxJsonConfiguration, projects: ResolvedProjects): readonly FoundImage[] {
  const release = (nxJson.release ?? {}) as {
    readonly docker?: DockerRelease | true;
    readonly groups?: Readonly<Record<string, { readonly projects?: string | string[]; readonly docker?: DockerRelease | true }>>;
  };
  const groups = Object.values(release.groups ?? {}).filter(({ docker }) => docker !== undefined);
  if (release.docker === undefined && groups.length === 0) return [];
  return Object.entries(projects).flatMap(([name, project]) => {
    const group = groups.find(({ projects: names = '*' }) => isProjectIn(names, name, project));
    const own = (project.release as { readonly docker?: DockerRelease } | undefined)?.docker;
    const settings = { ...mapOf(release.docker), ...mapOf(group?.docker), ...own };
    return isImage(project) && (release.docker !== undefined || group !== undefined || own !== undefined)
      ? [readProject(name, project, settings)]
      : [];
  });
}

function mapOf(docker: DockerRelease | true | undefined): DockerRelease {
  return docker === undefined || docker === true ? {} : docker;
}

/** Whether @nx/docker gives it a target that builds an image. */
function isImage({ targets = {} }: ProjectConfiguration): boolean {
  return Object.entries(targets).some(([target, { executor, command, options }]) => {
    const text: unknown = command ?? (options as { readonly command?: unknown } | undefined)?.command;
    return (
      target.startsWith('docker') &&
      (executor === undefined || executor === 'nx:run-commands') &&
      typeof text === 'string' &&
      BUILT_BY.test(text)
    );
  });
}

function readProject(name: string, { root }: ProjectConfiguration, settings: DockerRelease): FoundImage {
  const { registryUrl = 'docker.io', repositoryName = root.replaceAll(/[^\w/-]/g, '-').replaceAll('/', '-') } = settings;
  const [first, ...others] = Object.entries(settings.versionSchemes ?? DEFAULT_SCHEMES);
  const [scheme, text] = first ?? ['production', DEFAULT_SCHEMES.production];
  return {
    source: `nx.json, release.docker (${scheme})`,
    project: name,
    names: [`${registryUrl.replace(/^https?:\/\//, '').replace(/\/$/, '')}/${repositoryName}`],
    tags: translateScheme(text),
    build: { dockerfile: posix.join(root, 'Dockerfile'), context: root, buildArgs: [], platforms: [], options: {} },
    logins: [],
    notes: [
      'that `nx release` alone publishes it; now each run of its publish target does → run that target in the job of the release only',
      ...others.map(
        ([other, form]) => `the version scheme ${other} (${form}) → a rule with \`when\`, or \`--tags\` in the job that used it`,
      ),
    ],
  };
}

const FIELDS: Readonly<Record<string, string>> = {
  commitSha: '{sha}',
  shortCommitSha: '{shortSha}',
  projectName: '{projectName}',
  versionActionsVersion: '{version}',
};

function translateScheme(scheme: string): TranslatedTags {
  const unknown: string[] = [];
  const text = scheme.replaceAll(/\{([^{}|]+)(?:\|([^{}]+))?\}/g, (whole, field: string, format = 'YYYY-MM-DD') => {
    const [, variable] = /^env\.(\w+)$/.exec(field) ?? [];
    const translated = field === 'currentDate' ? `{date:${String(format)}}` : variable === undefined ? FIELDS[field] : whole;
    if (translated === undefined) unknown.push(whole);
    return translated ?? whole;
  });
  const env = [...scheme.matchAll(/\{env\.(\w+)\}/g)].map(([, variable = '']) => variable);
  if (unknown.length > 0)
    return { tags: [], env: [], notes: [`${unknown.join(', ')} of the version scheme ${scheme} → write this tag by hand`] };
  const isVersion = text === '{version}';
  return { tags: [isVersion ? { rule: 'version', prefix: '' } : text], env, notes: [] };
}
