import { hasBegun } from '../make-run-report';
import { type RunReport } from '../report-schema';

/**
 * GitLab drops a whole report that is larger or has more variables. By default: 5 KB, and 20 variables on self-managed GitLab, 50
 * on GitLab.com's free tier.
 *
 * @see https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsdotenv
 */
const MAX_BYTES = 5 * 1000;
const MAX_VARIABLES = 20;

/**
 * The results of a run as a dotenv report of GitLab: `NX_OCI_OUTCOME`, then `<PROJECT>_DIGEST` and `<PROJECT>_IMAGE`
 * (`host/repository@digest` in the first registry) for each image that is in its registries, as many as GitLab accepts; after them
 * `<PROJECT>_PLATFORMS` (`linux/amd64,linux/arm64`) of images for several platforms.
 *
 * A value contains no space, quote or line break, which GitLab parses in its own way: names of repositories and digests have
 * none.
 */
export function gitlabDotenv({ outcome, images }: RunReport): string {
  const variables = images.filter(hasBegun).flatMap(({ project, outcome: result, digest, platforms, registries: [first] }) => {
    const isThere = digest !== undefined && first !== undefined && (result === 'published' || result === 'upToDate');
    if (!isThere) return [];
    const name = variableName(project);
    return [
      {
        name,
        image: `${name}_DIGEST=${digest}\n${name}_IMAGE=${first.host}/${first.repository}@${digest}\n`,
        platforms: platforms.length > 1 ? `${name}_PLATFORMS=${platforms.join(',')}\n` : '',
      },
    ];
  });
  const names = variables.map(({ name }) => name);
  // Two projects with the same variable: neither is written, rather than the wrong one.
  const alone = variables.filter(({ name }) => names.indexOf(name) === names.lastIndexOf(name));
  const texts = [...alone.map(({ image }) => image), ...alone.map(({ platforms }) => platforms)];
  return texts.reduce(appendWhileItFits, `NX_OCI_OUTCOME=${outcome}\n`);
}

function appendWhileItFits(text: string, variables: string): string {
  const longer = text + variables;
  return Buffer.byteLength(longer) > MAX_BYTES || longer.split('\n').length - 1 > MAX_VARIABLES ? text : longer;
}

/** ASCII letters, digits and underscores; a shell variable must not begin with a digit. */
function variableName(project: string): string {
  const name = project
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+/, '');
  return /^\d/.test(name) ? `_${name}` : name;
}
