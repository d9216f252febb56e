import { runTool } from '../run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import { explainRegistryFailure } from './explain-registry-failure';
import { createRunConfig, type RunConfig } from './run-config';

/** What a registry wants to know. Held in memory, told to `docker login` over stdin. */
export interface EngineLogin {
  readonly username: string;
  readonly password: string;
}

/**
 * Logs in to a registry in a configuration of its own; the user's logins are neither read nor changed.
 *
 * @param host `host[:port]`; `docker.io` for Docker Hub.
 * @param login without one the configuration is anonymous.
 * @throws OciError `UNAUTHORIZED` when the registry does not take it, and others of `explainRegistryFailure`.
 */
export async function logIn(context: DockerContext, host: string, login: EngineLogin | undefined): Promise<RunConfig> {
  const config = await createRunConfig(context.env);
  if (login === undefined) return config;
  try {
    const purpose = dockerPurpose(`log in to ${host} for Docker Engine`);
    const call = dockerCall({ ...context, env: withConfig(context.env, config) }, loginArguments(host, login.username), {
      input: login.password,
    });
    const outcome = await runTool(call, purpose);
    if (outcome.exitCode !== 0) throw explainRegistryFailure({ call, outcome, purpose, host });
    return config;
  } catch (error) {
    await config.remove();
    throw error;
  }
}

/** The environment in which docker knows this login and no other. */
export function withConfig(env: NodeJS.ProcessEnv, config: RunConfig): NodeJS.ProcessEnv {
  // Newer clients prefer the logins in DOCKER_AUTH_CONFIG to those of the folder.
  const { DOCKER_AUTH_CONFIG: _, ...others } = env;
  return { ...others, DOCKER_CONFIG: config.folder };
}

function loginArguments(host: string, username: string): readonly string[] {
  // Docker Hub is known to the client by the name of its index, which it takes when no host is named.
  return ['login', `--username=${username}`, '--password-stdin', ...(host === 'docker.io' ? [] : [host])];
}
