/** What references and credentials call Docker Hub. */
export const DOCKER_HUB = 'docker.io';

/** The three names of Docker Hub are one. */
export function canonicalRegistry(name: string): string {
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? DOCKER_HUB : name;
}
