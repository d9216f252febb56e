import { compileNameGlob } from '@nx-oci/model';

import { makeReleasePattern, type ReleasePattern } from './release-pattern';

/** The settings of release tags in nx.json: `releaseTag.pattern` since Nx 22, `releaseTagPattern` before. */
interface TagConfiguration {
  readonly releaseTag?: { readonly pattern?: string };
  readonly releaseTagPattern?: string;
  readonly projectsRelationship?: string;
}

/** The part of `release` in nx.json that we read. */
export interface ReleaseConfiguration extends TagConfiguration {
  readonly groups?: Readonly<Record<string, TagConfiguration & { readonly projects: string | readonly string[] }>>;
}

/** A project, as groups in nx.json can refer to it. */
export interface ReleaseProject {
  readonly name: string;
  /** Folder from the workspace root. */
  readonly root: string;
  readonly tags?: readonly string[];
}

const OF_PROJECT = '{projectName}@{version}';
const OF_WORKSPACE = 'v{version}';
const OF_GROUP = '{releaseGroupName}-v{version}';

/**
 * The patterns of release tags of a project, its own kind first. Pure.
 *
 * If nx.json has `release`, there is one, with the defaults of Nx 22 to 24 (nx/src/command-line/release/config/config.ts);
 * otherwise both of the usual ones.
 */
export function findReleasePatterns(project: ReleaseProject, release: ReleaseConfiguration | undefined): readonly ReleasePattern[] {
  const { texts, group } = patternTexts(project, release);
  const patterns = texts.map((text) => makeReleasePattern(text, { projectName: project.name, releaseGroupName: group }));
  return patterns.filter((pattern) => pattern !== undefined);
}

interface PatternTexts {
  readonly texts: readonly string[];
  readonly group?: string;
}

function patternTexts(project: ReleaseProject, release: ReleaseConfiguration | undefined): PatternTexts {
  if (release === undefined) return { texts: [OF_PROJECT, OF_WORKSPACE] };
  const groups = Object.entries(release.groups ?? {});
  const found = groups.find(([, { projects }]) => hasProject([projects].flat(), project));
  const everywhere = writtenPattern(release);
  if (found === undefined) return { texts: [everywhere ?? (isIndependent(release) ? OF_PROJECT : OF_WORKSPACE)] };
  const [group, own] = found;
  const isOwn = isIndependent({ projectsRelationship: own.projectsRelationship ?? release.projectsRelationship });
  // One pattern for all projects would not distinguish the releases of independent ones.
  const ofIndependent = everywhere?.includes('{projectName}') === true ? everywhere : OF_PROJECT;
  return { group, texts: [writtenPattern(own) ?? (isOwn ? ofIndependent : (everywhere ?? OF_GROUP))] };
}

function writtenPattern({ releaseTag, releaseTagPattern }: TagConfiguration): string | undefined {
  return releaseTag?.pattern ?? releaseTagPattern;
}

function isIndependent({ projectsRelationship }: Pick<TagConfiguration, 'projectsRelationship'>): boolean {
  return projectsRelationship === 'independent';
}

/** Names, globs of names or folders, `tag:…`, and `!` to exclude: the last match decides. */
function hasProject(patterns: readonly string[], project: ReleaseProject): boolean {
  const [first] = patterns;
  return patterns.reduce(
    (isIn, pattern) => (matchesProject(pattern.replace(/^!/, ''), project) ? !pattern.startsWith('!') : isIn),
    first?.startsWith('!') === true,
  );
}

function matchesProject(pattern: string, { name, root, tags = [] }: ReleaseProject): boolean {
  if (pattern.startsWith('tag:')) return tags.some((tag) => compileNameGlob(pattern.slice('tag:'.length)).matches(tag));
  const glob = pattern.replace(/^directory:/, '');
  return glob === '*' || compileNameGlob(glob).matches(name) || compileNameGlob(glob).matches(root);
}
