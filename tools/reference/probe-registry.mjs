import { createHash } from 'node:crypto';

const OCTETS = { 'content-type': 'application/octet-stream' };
const IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';
const digestOf = (content) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/**
 * Asks a running registry what a client has to know. No redirect is followed.
 *
 * @param {string} url `http://127.0.0.1:41234`
 */
export async function probeRegistry(url) {
  const ask = (method, path, { body, headers } = {}) => fetch(new URL(path, url), { method, body, headers, redirect: 'manual' });
  const open = async (repository, query = '') => (await ask('POST', `/v2/${repository}/blobs/uploads/${query}`)).headers.get('location');
  const finish = (location, digest, body) =>
    ask('PUT', `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`, { body, headers: OCTETS });

  const upload = async (repository, content) => {
    const answer = await finish(await open(repository), digestOf(content), content);
    if (answer.status !== 201) throw new Error(`An upload was answered with ${answer.status}.`);
    return digestOf(content);
  };
  const blob = await upload('probe/one', 'a layer');
  return {
    mount: await tryMount(),
    chunks: await tryChunks(),
    oneRequest:
      (await ask('POST', `/v2/probe/one/blobs/uploads/?digest=${digestOf('whole')}`, { body: 'whole', headers: OCTETS })).status === 201,
    referrers: (await ask('GET', `/v2/probe/one/referrers/${blob}`)).status,
    immutable: await tryImmutableTag(),
  };

  async function tryMount() {
    const { status } = await ask('POST', `/v2/probe/two/blobs/uploads/?mount=${blob}&from=probe/one`);
    if (status !== 201) return 'never';
    const alone = await ask('POST', `/v2/probe/three/blobs/uploads/?mount=${blob}`);
    return alone.status === 201 ? 'withoutSource' : 'withSource';
  }

  async function tryChunks() {
    let location = await open('probe/one');
    for (const [range, body] of [
      ['0-2', 'two'],
      ['3-8', 'chunks'],
    ]) {
      const answer = await ask('PATCH', location, { body, headers: { ...OCTETS, 'content-range': range } });
      if (answer.status >= 400) return 'refused';
      location = answer.headers.get('location') ?? location;
    }
    return (await finish(location, digestOf('twochunks'), undefined)).status === 201 ? 'accepted' : 'lost';
  }

  async function tryImmutableTag() {
    await upload('probe/one', '{}');
    const put = (text) => ask('PUT', '/v2/probe/one/manifests/v1', { body: manifestOf(text), headers: { 'content-type': IMAGE } });
    await put('first');
    const answer = await put('second');
    if (answer.status < 400) return undefined;
    const text = await answer.text();
    return { status: answer.status, code: /"code": ?"([^"]+)"/.exec(text)?.[1] };
  }
}

function manifestOf(annotation) {
  const empty = { mediaType: EMPTY, digest: digestOf('{}'), size: 2 };
  return JSON.stringify({ schemaVersion: 2, mediaType: IMAGE, config: empty, layers: [empty], annotations: { text: annotation } });
}
