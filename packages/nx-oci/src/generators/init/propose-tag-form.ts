import { type NxJsonConfiguration, type Tree } from '@nx/devkit';
import { isOciError } from '@nx-oci/model';
import { findReleasePatterns, findTagForm, type ReleaseConfiguration, runGit } from '@nx-oci/publish';

import { NX_VERSION } from '../../nx/devkit';

/** Only recent tags count: older ones may have another form. */
const NEWEST_TAGS = 20;

/** The projects of a workspace, for release tags. */
interface Project {
  readonly name: string;
  readonly root: string;
}

/** The setting that makes the git tags of this repository releases, if they have one common form that nx.json does not accept. */
export async function proposeTagForm(
  tree: Tree,
  { release }: NxJsonConfiguration,
  projects: readonly Project[],
): Promise<string | undefined> {
  const names = projects.map(({ name }) => name);
  const form = findTagForm(await readNewestTags(tree.root), names);
  if (form === undefined) return undefined;
  const known = (projects.length === 0 ? [{ name: '', root: '.' }] : projects).flatMap((project) =>
    findReleasePatterns(project, release as ReleaseConfiguration | undefined),
  );
  if (known.some(({ versionOf }) => versionOf(form.example) !== undefined)) return undefined;
  const setting =
    Number.parseInt(NX_VERSION, 10) < 23 ? `{ "releaseTagPattern": "${form.text}" }` : `{ "releaseTag": { "pattern": "${form.text}" } }`;
  return `The newest git tags are of the form ${form.text} (${form.example}), which nx.json does not take as releases. To publish them as versions:
  "release": ${setting}`;
}

async function readNewestTags(folder: string): Promise<readonly string[]> {
  const args = ['for-each-ref', '--sort=-creatordate', `--count=${NEWEST_TAGS}`, '--format=%(refname:lstrip=2)', 'refs/tags/'];
  const answer = await runGit(folder, args).catch((error: unknown) => {
    if (isOciError(error, 'GIT_UNAVAILABLE')) return undefined;
    throw error;
  });
  // Without a repository there are no tags.
  return answer?.ok === true ? answer.stdout.split('\n').filter((name) => name !== '') : [];
}
