import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const SERVERS = new URL('../../tmp/real-things/servers.json', import.meta.url);
const ACCEPT = 'application/vnd.oci.image.manifest.v1+json';

/** What `tools/ci` started and installed; empty if it did not run. */
export function readServers() {
  return existsSync(SERVERS) ? JSON.parse(readFileSync(SERVERS, 'utf8')) : { servers: [], tools: {} };
}

/**
 * The digest of a tag, according to crane, or to plain HTTP if crane is not installed; `undefined` if the tag does not exist.
 *
 * @param {string} place `host/repository`
 */
export async function readTag(place, tag) {
  const { crane } = readServers().tools;
  const response = await headOf(place, tag);
  const seen = response.ok ? response.headers.get('docker-content-digest') : undefined;
  if (crane === undefined || seen === undefined) return seen;
  const fromCrane = execFileSync(crane, ['digest', '--insecure', `${place}:${tag}`], { encoding: 'utf8' }).trim();
  if (fromCrane !== seen) throw new Error(`${place}:${tag} is ${seen} over HTTP, but ${fromCrane} according to crane`);
  return fromCrane;
}

function headOf(place, tag) {
  const [host, ...repository] = place.split('/');
  return fetch(`http://${host}/v2/${repository.join('/')}/manifests/${tag}`, { method: 'HEAD', headers: { accept: ACCEPT } });
}
