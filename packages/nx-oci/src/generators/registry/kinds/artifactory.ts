import { type Advice, type AdviceContext, namedLogin, type RegistryKind, withDomain } from './kind';

/** JFrog Artifactory with the repository in the path: `host/repository/image`. */
export const artifactory: RegistryKind = {
  name: 'artifactory',
  title: 'JFrog Artifactory',
  host: { question: 'Host of Artifactory, or its name on jfrog.io', example: 'acme.jfrog.io', complete: withDomain('.jfrog.io') },
  namespace: { question: 'Key of the Docker repository', example: 'docker-local' },
  auth: namedLogin,
  advise,
};

function advise({ host, namespace, variables: { username, password } }: AdviceContext): Advice {
  // https://jfrog.com/help/r/jfrog-platform-administration-documentation/access-tokens
  const token = [`Create an access token with an expiry date for an account that may read and deploy in ${namespace}.`];
  return {
    inGithub: [...token, `Store the token as a secret, and set ${username} and ${password} for the job.`],
    inGitlab: [...token, `Set ${username} and ${password} (masked) as variables of the project.`],
    here: [
      `Generate an identity token in your profile at https://${host}.`,
      `Log in once: docker login ${host}, with the token as the password.`,
    ],
    limits: [
      // https://jfrog.com/help/r/jfrog-artifactory-documentation/deploy-to-a-virtual-repository
      `${namespace} must exist, and be local, or virtual with a default deployment repository.`,
      // https://github.com/GoogleContainerTools/kaniko/issues/1095
      'Moving a tag such as latest needs the permission Delete/Overwrite. Without it all tags are immutable.',
      'Layers are not mounted from other repositories: what they share is uploaded again, unless an image in the same repository has it.',
      `If the host names the repository (${namespace}.example.com), use --kind=self-hosted, without a namespace.`,
    ],
  };
}
