/** The three names of Docker Hub are one; references and credentials know it as `docker.io`. */
export function canonicalRegistry(name: string): string {
  return name === 'index.docker.io' || name === 'registry-1.docker.io' ? 'docker.io' : name;
}
