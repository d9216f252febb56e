import { REGISTRY_KINDS } from '../registry/kinds/kinds';
import { type Pipeline } from './pipeline/pipeline';

/** How the job logs in to registries without `auth` in registries.yaml, whose passwords may be too short-lived to be stored. */
export function describeLogins({ provider, withoutLogin }: Pipeline): readonly string[] {
  return withoutLogin.flatMap(({ name, host, namespace }) => {
    const kind = REGISTRY_KINDS.find(({ isHost }) => isHost?.(host) === true);
    if (kind === undefined) {
      return [`${name} has no \`auth\` in registries.yaml: if ${host} needs a login, the job must log in before the publish.`];
    }
    const facts = { owner: undefined, name: '', gitlab: undefined, provider };
    const { inGithub, inGitlab } = kind.advise({ host, namespace, variables: { username: '', password: '' }, facts, images: [] });
    return [`To log in to ${name} (${host}):`, ...(provider === 'github' ? inGithub : inGitlab).map((line) => `  ${line}`)];
  });
}
