import { createHash } from 'node:crypto';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Reads registries back over plain HTTP, with none of our code. Throws at the first error.
 *
 * Content that was read once is afterwards only checked for existence, until `forget`.
 */
export class ReadBack {
  #read = new Set();

  forget() {
    this.#read.clear();
  }

  /**
   * Checks every tag of a repository: its manifest and each blob exist and match their digests.
   *
   * @param {string} host `127.0.0.1:PORT`
   * @param {string} repository
   * @returns {Promise<ReadonlyMap<string, { digest: string, revision: string | undefined }>>} by tag
   */
  async readRepository(host, repository) {
    const list = await fetch(`http://${host}/v2/${repository}/tags/list?n=10000`);
    if (list.status === 404) return new Map();
    const { tags } = await list.json();
    const found = new Map();
    for (const tag of tags ?? []) found.set(tag, await this.#readTag(host, repository, tag));
    return found;
  }

  async #readTag(host, repository, tag) {
    const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, { headers: { accept: MANIFEST } });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const place = `${host}/${repository}:${tag}`;
    const digest = answer.headers.get('docker-content-digest') ?? '';
    if (answer.status !== 200) throw new Error(`${place} answers ${answer.status}.`);
    if (digestOf(bytes) !== digest) throw new Error(`${place} is ${digestOf(bytes)}, but the registry says ${digest}.`);
    const manifest = JSON.parse(bytes.toString());
    const blobs = [manifest.config, ...manifest.layers];
    await Promise.all(blobs.map((blob) => this.#readBlob(host, repository, blob, place)));
    return { digest, revision: manifest.annotations?.['org.opencontainers.image.revision'] };
  }

  async #readBlob(host, repository, { digest, size }, place) {
    const key = `${host}/${repository}@${digest}`;
    const isKnown = this.#read.has(key);
    const answer = await fetch(`http://${host}/v2/${repository}/blobs/${digest}`, { method: isKnown ? 'HEAD' : 'GET' });
    if (answer.status !== 200) throw new Error(`${place} names the blob ${digest}, which answers ${answer.status}.`);
    if (isKnown) return;
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (digestOf(bytes) !== digest || bytes.length !== size) throw new Error(`${place} has wrong bytes for ${digest}.`);
    this.#read.add(key);
  }
}

/** @param {Uint8Array} bytes */
export function digestOf(bytes) {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
