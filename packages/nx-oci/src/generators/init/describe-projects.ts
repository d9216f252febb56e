import { describeContext } from '../../dockerfile-context/resolve-dockerfile';
import { openContextHint } from '../image/sources/ask-context';
import { type InferredProject } from './inferred-projects';

const MOST = 10;

/** Lists the projects with inferred targets, and how to exclude one. */
export function describeProjects(projects: readonly InferredProject[], plugins: readonly string[], exec: string): readonly string[] {
  const [first] = projects;
  if (first === undefined) return [];
  const { imageTarget, publishTarget } = first;
  const more = projects.length > MOST ? [`  and ${projects.length - MOST} more: ${exec} nx show projects --withTarget ${imageTarget}`] : [];
  const docker = plugins.includes('@nx/docker')
    ? [
        '@nx/docker keeps its targets. `nx release publish` now publishes these images with nx-oci; to leave that to @nx/docker,',
        '  set "releaseTargetName": false in the options of nx-oci in nx.json.',
      ]
    : [];
  return [
    `Projects with a Dockerfile now have the targets ${imageTarget} and ${publishTarget}:`,
    ...projects.slice(0, MOST).flatMap((project) => [describeProject(project, exec), ...warningsOf(project)]),
    ...more,
    'To exclude a project whose Dockerfile is not to be published, such as a test project, write in nx.json:',
    `  { "plugin": "nx-oci", "exclude": ["${first.root === '.' ? 'Dockerfile' : `${first.root}/**`}"] }`,
    ...docker,
  ];
}

function describeProject({ name, source }: InferredProject, exec: string): string {
  const { dockerfile, context } = source;
  return context.isCertain
    ? `  ${name}  ${dockerfile}, ${describeContext(context)}`
    : `  ${name}  ${dockerfile}. ${openContextHint(context, `${exec} nx g nx-oci:image ${name}`)}`;
}

function warningsOf({ source }: InferredProject): readonly string[] {
  return (source.warnings ?? []).map((warning) => `    ${warning}`);
}
