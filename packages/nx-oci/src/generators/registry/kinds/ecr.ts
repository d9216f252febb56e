import { type Advice, type AdviceContext, OIDC_PERMISSIONS, type RegistryKind } from './kind';

const PUBLIC = 'public.ecr.aws';

/** Amazon's registry, private or public. Its passwords are valid for 12 hours, so that none is stored. */
export const ecr: RegistryKind = {
  name: 'ecr',
  title: 'Amazon ECR (or public.ecr.aws)',
  isHost: (host) => host === PUBLIC || isPrivate(host),
  host: {
    question: 'Host of the registry (<account>.dkr.ecr.<region>.amazonaws.com, or public.ecr.aws)',
    example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com',
  },
  namespace: { isNeeded: (host) => host === PUBLIC, question: 'Alias of your public registry', example: 'a1b2c3d4' },
  findProblems: (host) =>
    /^[\w-]+$/.test(host) || (/\.amazonaws\.com(?:\.cn)?$/.test(host) && !isPrivate(host))
      ? [`\`host\` is ${host}: a host of ECR has the account and the region → write it as 123456789012.dkr.ecr.eu-central-1.amazonaws.com`]
      : [],
  hasRepositoryPerImage: true,
  advise,
};

function isPrivate(host: string): boolean {
  return /\.ecr(?:-fips)?\.[\w-]+\.amazonaws\./.test(host);
}

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
// https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html
function advise({ host, namespace, images }: AdviceContext): Advice {
  const isPublic = host === PUBLIC;
  const service = isPublic ? 'ecr-public' : 'ecr';
  const region = isPublic ? 'us-east-1' : (/\.ecr(?:-fips)?\.([\w-]+)\./.exec(host)?.[1] ?? '<region>');
  const login = `aws ${service} get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}`;
  // The alias is not part of the name of a public repository.
  const prefix = isPublic || namespace === '' ? '' : `${namespace}/`;
  const create = (image: string): string => `  aws ${service} create-repository --region ${region} --repository-name ${prefix}${image}`;
  return {
    inGithub: [
      'Before the publish, the job takes an AWS role and logs in, without a stored secret:',
      ...OIDC_PERMISSIONS,
      '  steps: aws-actions/configure-aws-credentials with role-to-assume and aws-region,',
      `         then aws-actions/amazon-ecr-login${isPublic ? ' with registry-type: public' : ''}`,
    ],
    inGitlab: ['Before the publish, with AWS credentials of the job (an ID token and a role, or an access key):', `  ${login}`],
    here: [
      `  ${login}`,
      'The login is valid for 12 hours. The credential helper docker-credential-ecr-login in Docker’s config.json renews it by itself.',
      ...(isPublic ? ['It needs the permissions ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken.'] : []),
    ],
    limits: [
      `A push does not create a repository. Each image needs one${isPublic ? '' : ', unless a repository creation template covers its name'}:`,
      ...(images.length === 0 ? ['<image>'] : images).map(create),
      ...(isPublic
        ? []
        : [
            'A repository with immutable tags refuses each tag that exists, even with the same image. nx-oci looks first, so that a repeated publish succeeds.',
            'Layers are not shared between repositories unless the account setting BLOB_MOUNTING is on.',
          ]),
    ],
  };
}
