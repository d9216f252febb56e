import { posix } from 'node:path';

import { translateTags, type TranslatedTags } from '../metadata-action/translate-tags';
import { hasExpression, replaceConstants, toVariables } from '../sources/expressions';
import { type FoundBuild, type FoundImage, type FoundLogin } from '../sources/found-image';
import { parseWorkflow, type Job, type Step, type Workflow } from './workflow-file';

/** The images that a workflow pushes with docker/build-push-action, one for each combination of a matrix. */
export function findWorkflowImages(file: string, text: string): readonly FoundImage[] {
  const workflow = parseWorkflow(text);
  return (workflow?.jobs ?? []).flatMap((job) => job.combinations.flatMap((matrix) => findInJob(file, workflow, { job, matrix })));
}

interface OneJob {
  readonly job: Job;
  readonly matrix: Readonly<Record<string, string>>;
}

function findInJob(file: string, workflow: Workflow | undefined, { job, matrix }: OneJob): readonly FoundImage[] {
  const env = Object.entries({ ...workflow?.env, ...job.env }).map(([name, value]) => [`env.${name}`, value] as const);
  const constants = { ...Object.fromEntries(env), ...matrix };
  const steps = job.steps.map((step) => ({
    ...step,
    with: Object.fromEntries(Object.entries(step.with).map(([name, value]) => [name, replaceConstants(value, constants)])),
  }));
  const logins = steps.filter(({ uses }) => uses === 'docker/login-action').map(readLogin);
  return steps
    .filter(({ uses, with: inputs }) => uses === 'docker/build-push-action' && inputs['push'] !== undefined && inputs['push'] !== 'false')
    .flatMap((step) => {
      const named = findNames(step, steps);
      if (named === undefined) return [];
      const { build, notes } = readBuild(step);
      return [{ source: `${file}, job ${job.name}`, ...named, build, logins, notes }];
    });
}

/** From the step of docker/metadata-action whose outputs it takes, else its own list. */
function findNames({ with: inputs }: Step, steps: readonly Step[]): Pick<FoundImage, 'names' | 'tags'> | undefined {
  const written = inputs['tags'] ?? '';
  const [, id] = /\$\{\{\s*steps\.([\w-]+)\.outputs\.(?:tags|json)\b/.exec(written) ?? [];
  const metadata = steps.find((step) => step.uses === 'docker/metadata-action' && (step.id === id || id === undefined));
  if (id !== undefined && metadata !== undefined) {
    const { images = '', tags = '', flavor = '' } = metadata.with;
    const pushesPullRequests = !/github\.event_name\s*!=\s*'pull_request'/.test(inputs['push'] ?? '');
    const translated = translateTags(tags, flavor);
    return { names: linesOf(images).map(imageOf), tags: pushesPullRequests ? translated : withoutPullRequests(translated) };
  }
  const references = linesOf(written);
  if (references.length === 0) return undefined;
  const split = references.map((reference) => /^(.*?):([^/:]*(?:\$\{\{[^}]*\}\}[^/:]*)*)$/.exec(reference));
  const rows = split.map((parts) => `type=raw,value=${parts?.[2] ?? 'latest'}`);
  return {
    names: [...new Set(split.map((parts, index) => parts?.[1] ?? references[index] ?? ''))],
    tags: translateTags(rows.join('\n'), 'latest=false'),
  };
}

/** What a workflow never pushes in a pull request needs no tag there. */
function withoutPullRequests(translated: TranslatedTags): TranslatedTags {
  const tags = translated.tags.filter((rule) => rule !== 'pr' && !(typeof rule === 'object' && rule['rule'] === 'pr'));
  return { ...translated, tags: tags.map((rule) => (isOfAnyEvent(rule) ? outsidePullRequests(rule) : rule)) };
}

const OF_GIT_TAGS_OR_BRANCHES = ['branch', 'edge', 'version', 'minor', 'major', 'match'];

function isOfAnyEvent(rule: TranslatedTags['tags'][number]): boolean {
  if (typeof rule === 'string') return !OF_GIT_TAGS_OR_BRANCHES.includes(rule) && rule !== '{gitTag}' && rule !== '{branch}';
  return rule['when'] === undefined && !OF_GIT_TAGS_OR_BRANCHES.includes(String(rule['rule'])) && rule['template'] !== '{gitTag}';
}

function outsidePullRequests(rule: TranslatedTags['tags'][number]): TranslatedTags['tags'][number] {
  const map = typeof rule === 'object' ? rule : rule.includes('{') ? { template: rule } : { rule };
  return { ...map, when: { event: '!pullRequest' } };
}

function imageOf(line: string): string {
  const [, name = line] = /(?:^|,)name=([^,]*)/.exec(line) ?? [];
  return name;
}

function readLogin({ with: { registry = 'docker.io', username, password } }: Step): FoundLogin {
  return {
    host: toVariables(registry),
    ...(username !== undefined && { username: toVariables(username) }),
    ...(password !== undefined && { password: toVariables(password) }),
  };
}

const NOT_TAKEN_OVER: Readonly<Record<string, string>> = {
  'cache-from': 'its cache of layers',
  'cache-to': 'its cache of layers',
  secrets: 'its secrets',
  'secret-files': 'its secrets',
  ssh: 'its SSH keys',
  provenance: 'its provenance',
  sbom: 'its SBOM',
  outputs: 'its other outputs',
};

function readBuild({ with: inputs }: Step): { readonly build: FoundBuild; readonly notes: readonly string[] } {
  const context = folderOf(inputs['context']);
  const isRemote = context === undefined || inputs['context'] === undefined;
  const dockerfile = inputs['file'] === undefined ? posix.join(context ?? '', 'Dockerfile') : posix.normalize(inputs['file']);
  const buildArgs = linesOf(inputs['build-args'] ?? '');
  const left = Object.entries(NOT_TAKEN_OVER).filter(([name]) => inputs[name] !== undefined && inputs[name] !== 'false');
  return {
    build: {
      ...(!hasExpression(dockerfile) && { dockerfile }),
      ...(!isRemote && { context: context === '' ? '.' : context }),
      ...(isRemote && { context: '.' }),
      ...(inputs['target'] !== undefined && !hasExpression(inputs['target']) && { stage: inputs['target'] }),
      buildArgs: buildArgs.map((line) => (hasExpression(line) ? line.replace(/=.*$/s, '') : line)),
      platforms: linesOf((inputs['platforms'] ?? '').replaceAll(',', '\n')),
    },
    notes: [
      ...[...new Set(left.map(([, what]) => what))].map(
        (what) => `${what} → set it in the options of the target image (docs/build/engines.md)`,
      ),
      ...buildArgs
        .filter(hasExpression)
        .map((line) => `the value of the build argument ${line} → set the variable ${line.replace(/=.*$/s, '')} for the job`),
    ],
  };
}

/** Without a context the action builds the repository's root, at its commit. */
function folderOf(context: string | undefined): string | undefined {
  if (context === undefined || hasExpression(context)) return '';
  if (/^https?:|^git@/.test(context)) return undefined;
  return posix
    .normalize(context)
    .replace(/^\.?\/?$|\/$/, '')
    .replace(/^\.\//, '');
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\n|,(?=[^,=]*\/)/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
