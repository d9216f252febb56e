import { type Advice, type AdviceContext, OIDC_PERMISSIONS, type RegistryKind, withDomain } from './kind';

/** Azure Container Registry. Its tokens are valid for 3 hours, so that none is stored. */
export const acr: RegistryKind = {
  name: 'acr',
  title: 'Azure Container Registry',
  isHost: (host) => host.endsWith('.azurecr.io'),
  host: { question: 'Name of the registry', example: 'acme', complete: withDomain('.azurecr.io') },
  advise,
};

// https://learn.microsoft.com/azure/container-registry/container-registry-authentication
function advise({ host }: AdviceContext): Advice {
  const name = host.split('.')[0] ?? host;
  const withoutDocker =
    `az acr login --name ${name} --expose-token --query accessToken --output tsv | ` +
    `docker login ${host} --username 00000000-0000-0000-0000-000000000000 --password-stdin`;
  return {
    inGithub: [
      'Before the publish, the job takes an identity and logs in, without a stored secret:',
      ...OIDC_PERMISSIONS,
      '  steps: azure/login with client-id, tenant-id and subscription-id,',
      `         then run: az acr login --name ${name}`,
    ],
    inGitlab: ['Before the publish, after az login with an identity of the job:', `  az acr login --name ${name}`],
    here: [
      `  az login && az acr login --name ${name}`,
      'The login is valid for 3 hours. Without a running Docker Engine:',
      `  ${withoutDocker}`,
    ],
    limits: [
      'The identity needs the role AcrPush.',
      // https://learn.microsoft.com/azure/container-registry/container-registry-image-lock
      'No policy makes tags immutable; a single image can be locked (az acr repository update --write-enabled false).',
      'Requests are limited per minute, depending on the SKU. nx-oci waits as long as the registry says.',
    ],
  };
}
