import { type Advice, type AdviceContext, namedLogin, type RegistryKind } from './kind';

/** Quay, at quay.io or installed elsewhere, with a robot account. */
export const quay: RegistryKind = {
  name: 'quay',
  title: 'Quay (quay.io)',
  host: { derive: () => 'quay.io', question: 'Host of Quay', example: 'quay.io' },
  namespace: { question: 'User or organization on Quay', example: 'acme' },
  auth: namedLogin,
  advise,
};

// https://docs.quay.io/glossary/robot-accounts.html
function advise({ host, namespace, variables: { username, password } }: AdviceContext): Advice {
  const robot = [
    `Create a robot account: https://${host}/organization/${namespace}?tab=robots (or in the settings of your user).`,
    `Its name is ${namespace}+<robot>. It may write to repositories that grant it Write; a team with the role Creator also lets it create them.`,
  ];
  return {
    inGithub: [...robot, `Store its token as a secret, and set ${username} and ${password} for the job.`],
    inGitlab: [...robot, `Set ${username} and ${password} (masked) as variables of the project.`],
    here: [`Log in once: docker login ${host}, as yourself or as a robot account.`],
    limits: [
      // quay ffba0c70e, config.py: CREATE_PRIVATE_REPO_ON_PUSH
      'A push creates a missing repository as a private one, unless the operator of Quay changed that.',
      'Tags can be immutable, and a full quota refuses the push.',
    ],
  };
}
