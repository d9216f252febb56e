import { cleanVersion } from './clean-version';
import { looksLikeVersion } from './explain-tag';

/** The common form of the newest release tags of a repository, as in nx.json, and the newest such tag. */
export interface TagForm {
  readonly text: string;
  readonly example: string;
}

/**
 * Finds the form of release tags if only one is in use. Pure. Tags without a semantic version (`nightly`, `v1`) do not count.
 *
 * @param tags newest first
 * @param projects names of the workspace's projects
 * @returns undefined if there is none, or more than one
 */
export function findTagForm(tags: readonly string[], projects: readonly string[]): TagForm | undefined {
  const forms = tags.flatMap((tag) => {
    const text = formOf(tag, projects);
    return text === undefined ? [] : [{ text, example: tag }];
  });
  const [first] = forms;
  return forms.every(({ text }) => text === first?.text) ? first : undefined;
}

function formOf(tag: string, projects: readonly string[]): string | undefined {
  // The longest name first: `api-admin-v1.2.3` is not one of `api`.
  const project = projects.filter((name) => name !== '' && tag.startsWith(name)).sort((one, other) => other.length - one.length)[0];
  const rest = tag.slice(project?.length ?? 0);
  const [, before, version] = /^(\D*)(\d.*)$/s.exec(rest) ?? [];
  if (before === undefined || version === undefined || !looksLikeVersion(version) || cleanVersion(version) === undefined) return undefined;
  // A tag that only begins like the name of a project: `apiary-1.2.3` for a project `api`.
  if (project !== undefined && !/^[@/_.-]v?$/.test(before)) return `${project}${before}{version}`;
  return `${project === undefined ? '' : '{projectName}'}${before}{version}`;
}
