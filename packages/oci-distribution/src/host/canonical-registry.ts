/** The name of Docker Hub in references and credentials. */
export const DOCKER_HUB = 'docker.io';

/** The host that answers for it, which references do not name. */
export const DOCKER_HUB_SERVER = 'registry-1.docker.io';

/** A host in messages: that of Docker Hub with the name that references have. */
export function displayHost(host: string): string {
  return host === DOCKER_HUB_SERVER ? `${DOCKER_HUB} (${host})` : host;
}

/** Maps the three names of Docker Hub to one. */
export function canonicalRegistry(name: string): string {
  return name === 'index.docker.io' || name === DOCKER_HUB_SERVER ? DOCKER_HUB : name;
}
