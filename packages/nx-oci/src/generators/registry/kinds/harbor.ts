import { type Advice, type AdviceContext, namedLogin, type RegistryKind } from './kind';

/** Harbor: `project/image`, with a robot account. */
export const harbor: RegistryKind = {
  name: 'harbor',
  title: 'Harbor',
  host: { question: 'Host of Harbor', example: 'harbor.example.com' },
  namespace: { question: 'Project in Harbor', example: 'team' },
  auth: namedLogin,
  advise,
};

// https://goharbor.io/docs/2.5.0/working-with-projects/project-configuration/create-robot-accounts/
function advise({ host, namespace, variables: { username, password } }: AdviceContext): Advice {
  const robot = [
    `Create a robot account with the permissions to push and pull repositories: ${host}, Projects > ${namespace} > Robot Accounts.`,
    'Its secret is shown only once. It expires after 30 days, unless you or the administrator set another time.',
  ];
  return {
    inGithub: [...robot, `Store its name and secret, and set ${username} and ${password} for the job.`],
    inGitlab: [
      ...robot,
      `Set ${username} and ${password} (masked) as variables of the project. The name contains $: clear "Expand variable reference".`,
    ],
    here: [`Log in once: docker login ${host}, as yourself. In a shell, quote the name of a robot account: 'robot$…'`],
    limits: [
      `A push does not create the project ${namespace}: create it first. Every image is below a project.`,
      'A project that is a proxy cache accepts no pushes.',
      'Immutable tags are rules of the project. A full quota refuses the push.',
    ],
  };
}
