import { digestOf } from './read-back.mjs';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Pushes a base image over plain HTTP, past all faults.
 *
 * @param {string} host
 * @param {{ repository: string, tag: string }} name
 * @param {readonly import('../bench/make-image.mjs').Layer[]} layers
 */
export async function pushBase(host, { repository, tag }, layers) {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created_by: 'tools/faults' })),
    }),
  );
  const described = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length };
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config: described, layers: layers.map(({ descriptor }) => descriptor) };
  await pushBlob(host, repository, { descriptor: described, bytes: config });
  for (const layer of layers) await pushBlob(host, repository, layer);
  await send('PUT', `http://${host}/v2/${repository}/manifests/${tag}`, JSON.stringify(manifest), MANIFEST);
}

async function pushBlob(host, repository, { descriptor, bytes }) {
  const start = `http://${host}/v2/${repository}/blobs/uploads/`;
  const session = new URL((await send('POST', start)).headers.get('location'), start);
  session.searchParams.set('digest', descriptor.digest);
  await send('PUT', session, bytes, 'application/octet-stream');
}

async function send(method, url, body, type) {
  const answer = await fetch(url, { method, body, headers: type === undefined ? {} : { 'content-type': type } });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${method} ${url} was answered with ${answer.status}.`);
  return answer;
}
