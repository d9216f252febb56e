import { createHash } from 'node:crypto';

const ACCEPT = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json';

/**
 * Reads an image back over plain HTTP: every tag and every blob, and computes every digest from the received bytes.
 * Throws when anything differs.
 */
export async function readBack(registry, repository) {
  const base = `${registry}/v2/${repository}`;
  const { tags } = JSON.parse(await text(`${base}/tags/list`));
  const digests = new Map();
  for (const tag of tags) digests.set(tag, sha256(await bytes(`${base}/manifests/${tag}`)));
  const latest = digests.get('latest');
  const manifest = JSON.parse(await text(`${base}/manifests/${latest}`));
  const blobs = [manifest.config, ...manifest.layers];
  for (const { digest, size } of blobs) {
    const content = await bytes(`${base}/blobs/${digest}`);
    if (sha256(content) !== digest || content.length !== size) throw new Error(`${repository}: ${digest} came back as other bytes`);
  }
  const same = tags.filter((tag) => digests.get(tag) === latest);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  return `  ${repository}: ${same.join(', ')} → ${latest.slice(0, 19)}, ${blobs.length} blobs, ${(total / 1e6).toFixed(1)} MB, every digest as announced`;
}

async function bytes(url) {
  const response = await fetch(url, { headers: { accept: ACCEPT } });
  if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

async function text(url) {
  return (await bytes(url)).toString('utf8');
}

function sha256(content) {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
