import { PLATFORMS } from './platform-workspace.mjs';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** The digest of a tag; `undefined` if it does not exist. */
export async function readDigest(host, repository, tag) {
  const response = await ask(host, `${repository}/manifests/${tag}`, INDEX, 'HEAD');
  return response.ok ? response.headers.get('docker-content-digest') : undefined;
}

/**
 * Tags whose index lacks a platform, or lists one of which anything is missing.
 *
 * @param {string} host
 * @param {readonly string[]} repositories
 * @returns {Promise<string[]>}
 */
export async function findBrokenTags(host, repositories) {
  const problems = [];
  const whole = new Set();
  for (const repository of repositories) {
    const { tags } = await (await ask(host, `${repository}/tags/list`, 'application/json')).json();
    for (const tag of tags) {
      const { manifests } = await (await ask(host, `${repository}/manifests/${tag}`, INDEX)).json();
      const platforms = manifests?.map(({ platform }) => `${platform.os}/${platform.architecture}`) ?? [];
      if (String(platforms) !== String(PLATFORMS)) problems.push(`${repository}:${tag} is for ${platforms.join(', ') || 'no platform'}`);
      for (const { digest } of (manifests ?? []).filter((one) => !whole.has(one.digest))) {
        const missing = await findMissing(host, repository, digest);
        if (missing === undefined) whole.add(digest);
        else problems.push(`${repository}:${tag} lacks ${missing}`);
      }
    }
  }
  return problems;
}

async function findMissing(host, repository, digest) {
  const response = await ask(host, `${repository}/manifests/${digest}`, MANIFEST);
  if (!response.ok) return digest;
  const { config, layers } = await response.json();
  for (const blob of [config, ...layers]) {
    const { ok } = await ask(host, `${repository}/blobs/${blob.digest}`, '*/*', 'HEAD');
    if (!ok) return blob.digest;
  }
  return undefined;
}

function ask(host, path, accept, method = 'GET') {
  return fetch(`http://${host}/v2/${path}`, { method, headers: { accept } });
}
