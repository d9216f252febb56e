/** The name of Docker Hub in references and credentials. */
export const DOCKER_HUB = 'docker.io';

/** Maps the three names of Docker Hub to one. */
export function canonicalRegistry(name: string): string {
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? DOCKER_HUB : name;
}
