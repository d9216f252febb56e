import { type RepositoryFacts } from '../repository-facts';
import { type Advice, type AdviceContext, type RegistryKind } from './kind';

const GITLAB_COM = 'registry.gitlab.com';

/** The registry of a GitLab project. A job of GitLab CI has all of its variables. */
export const gitlab: RegistryKind = {
  name: 'gitlab',
  title: 'GitLab Container Registry',
  host: {
    // The host of a self-managed one is a setting of its operator.
    derive: ({ gitlab: project }) => (project === undefined || project.host === 'gitlab.com' ? GITLAB_COM : undefined),
    question: 'Host of the container registry (shown under Deploy > Container registry)',
    example: 'registry.gitlab.example.com',
  },
  namespace: {
    derive: ({ gitlab: project }) => (project === undefined ? undefined : `\${CI_PROJECT_PATH:-${project.path}}`),
    question: 'Path of the project',
    example: 'group/project',
  },
  auth: () => ({ username: '${CI_REGISTRY_USER}', password: '${CI_REGISTRY_PASSWORD}' }),
  trustedHosts: (facts, host) => tokenHosts(facts, host),
  advise,
};

/** GitLab itself is the token service of its registry, which has another name or port. */
function tokenHosts({ gitlab: project }: RepositoryFacts, host: string): readonly string[] {
  return project === undefined || project.host === 'gitlab.com' || host === GITLAB_COM ? [] : [project.host];
}

// https://docs.gitlab.com/user/packages/container_registry/authenticate_with_container_registry/
function advise({ host, namespace, facts }: AdviceContext): Advice {
  const web = facts.gitlab?.host ?? 'gitlab.com';
  const path = /:-(.+)\}$/.exec(namespace)?.[1] ?? namespace;
  const scopes = 'with the scopes read_registry and write_registry and an expiry date';
  return {
    inGitlab: ['You need no token of your own: each job has CI_REGISTRY_USER and CI_REGISTRY_PASSWORD for the registry of its project.'],
    inGithub: [
      `Create a deploy token ${scopes}: ${web}, Settings > Repository > Deploy tokens.`,
      'Store its name and its token as the secrets CI_REGISTRY_USER and CI_REGISTRY_PASSWORD, and set both for the job.',
    ],
    here: [
      `Create a personal access token ${scopes}:`,
      `  https://${web}/-/user_settings/personal_access_tokens?name=nx-oci&scopes=read_registry,write_registry`,
      `Log in once: docker login ${host} -u <your GitLab name>, with the token as the password.`,
    ],
    limits: [
      `Images are below the path of the project (${path}), at most two levels: ${path}/api or ${path}/team/api.`,
      'The variables of a job are valid for its own project: another project needs a deploy token.',
      'Protected and immutable tags refuse a push; they are rules of the project.',
      ...(web === 'gitlab.com' ? [] : [`The login is also sent to ${web}, which hands out the tokens of its registry (\`trustedHosts\`).`]),
    ],
  };
}
