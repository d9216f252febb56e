import { type NxJsonConfiguration } from '@nx/devkit';
import { findReleasePatterns, type ReleaseConfiguration } from '@nx-oci/publish';

import { type PublishedImage } from '../../find-images';

const OF_WORKSPACE = 'v{version}';
const OF_PROJECT = '{projectName}@{version}';

/** The forms of release tags, each once: as in nx.json for these projects, else `v{version}`. */
export function findReleaseTags(images: readonly PublishedImage[], { release }: NxJsonConfiguration): readonly string[] {
  if (release === undefined) return [OF_WORKSPACE];
  const projects = images.length === 0 ? [{ name: '', root: '' }] : images;
  return [...new Set(projects.flatMap((project) => findReleasePatterns(project, release as ReleaseConfiguration)).map(({ text }) => text))];
}

/** Whether a tag contains the one project that it releases, and ends in `@` and its version. */
export function doTagsNameProject(releases: readonly string[]): boolean {
  return releases.length > 0 && releases.every((text) => text === OF_PROJECT);
}

/**
 * `v{version}` → `v[0-9]*`, as GitHub filters tags.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function toGitHubFilter(release: string): string {
  return replaceFields(release, { version: '[0-9]*', name: '**', escape: escapeFilter });
}

/** `v{version}` → `/^v[0-9]/`, as rules of GitLab match tags. */
export function toGitLabPattern(release: string): string {
  const pattern = replaceFields(release, {
    version: '[0-9].*',
    name: '.+',
    escape: (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
  });
  return `/^${pattern.endsWith('.*') ? pattern.slice(0, -2) : `${pattern}$`}/`;
}

/** Escapes the special characters of GitHub's filters. */
export function escapeFilter(text: string): string {
  return text.replace(/[*?+[\]!\\]/g, '\\$&');
}

interface Fields {
  readonly version: string;
  /** The name of a project or a group; may contain a slash. */
  readonly name: string;
  readonly escape: (text: string) => string;
}

function replaceFields(release: string, { version, name, escape }: Fields): string {
  return release
    .split(/(\{version\}|\{projectName\}|\{releaseGroupName\})/)
    .map((part, index) => (index % 2 === 0 ? escape(part) : part === '{version}' ? version : name))
    .join('');
}
