import { buffer } from 'node:stream/consumers';

import { digestOf, isDigest } from '@nx-oci/model';

import type { Visit, Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/**
 * Serves content that does not match the digest, of the same or another length, with a matching Content-Length.
 *
 * @see https://github.com/regclient/regclient/security/advisories/GHSA-qv35-3gw6-8q4j
 */
function giveWrongContent(name: string, change: (bytes: Buffer) => Buffer): RegistryProfile {
  return {
    name,
    title: `a registry that gives ${name.replaceAll('-', ' ')}`,
    login: HONEST_LOGIN,
    rateLimits: [],
    settings: [],
    makeQuirks: () => [replaceContent(change)],
  };
}

/** Other content of the right length. */
export const otherBytes = giveWrongContent('other-bytes', (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0xff)));

/** The beginning of the right content. */
export const fewerBytes = giveWrongContent('fewer-bytes', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)));

/** The right content, followed by more. */
export const moreBytes = giveWrongContent('more-bytes', (bytes) => Buffer.concat([bytes, Buffer.from('and more')]));

function replaceContent(change: (bytes: Buffer) => Buffer): Quirk {
  return async (visit, next) => {
    const answer = await next();
    const isContent = visit.request.method === 'GET' && visit.route.noun === 'blob' && answer.status === 200;
    if (!isContent) return answer;
    const body = change(await readBlob(visit));
    return { ...answer, headers: { ...answer.headers, 'content-length': String(body.byteLength) }, body };
  };
}

async function readBlob({ state, route: { reference } }: Visit): Promise<Buffer> {
  return isDigest(reference) ? buffer(state.storage.content.read(reference)) : Buffer.alloc(0);
}

/**
 * Serves another document under the digest of a manifest, with that document's digest in the header: a client that trusts the
 * header does not notice.
 *
 * @see https://github.com/regclient/regclient/security/advisories/GHSA-qv35-3gw6-8q4j
 */
export const otherManifest: RegistryProfile = {
  name: 'other-manifest',
  title: 'a registry that gives another manifest',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [replaceManifest],
};

const replaceManifest: Quirk = async (visit, next) => {
  const { request, route, state } = visit;
  const isAsked = route.noun === 'manifest' && isDigest(route.reference) && (request.method === 'GET' || request.method === 'HEAD');
  if (!isAsked || !isDigest(route.reference)) return next();
  const document = JSON.parse((await buffer(state.storage.content.read(route.reference))).toString('utf8')) as object;
  const body = JSON.stringify({ ...document, annotations: { whose: 'mine' } });
  const answer = await next();
  return {
    ...answer,
    headers: { ...answer.headers, 'docker-content-digest': digestOf(body), 'content-length': String(body.length) },
    body,
  };
};
