import { buffer } from 'node:stream/consumers';

import { digestOf, isDigest, MEDIA_TYPES } from '@nx-oci/model';

import { findManifest } from '../../repositories/manifest-records';
import type { Quirk, RegistryProfile, Visit } from '../registry-profile';
import { HONEST_LOGIN } from './thief';

type Document = Readonly<Record<string, unknown>>;

/** Puts another document under every tag, with the right digest of the wrong document. */
function giveFalseDocument(name: string, change: (document: Document) => Document): RegistryProfile {
  return {
    name,
    title: `a registry with ${name.replaceAll('-', ' ')}`,
    login: HONEST_LOGIN,
    rateLimits: [],
    settings: [],
    makeQuirks: () => [replaceDocument(change)],
  };
}

/**
 * Its config is said to be as long as a number can be: who sets the memory aside has none left.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-f36w-mj3v-6jqv
 */
export const hugeSize = giveFalseDocument('huge-size', (document) => ({
  ...document,
  config: { ...(document['config'] as Document), size: Number.MAX_SAFE_INTEGER },
}));

/**
 * An image to one reader and an index to another: what is checked is not what runs.
 *
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
export const imageAndIndex = giveFalseDocument('image-and-index', (document) => ({ ...document, manifests: [] }));

function replaceDocument(change: (document: Document) => Document): Quirk {
  // What was given under a tag is given under its digest, too.
  const given = new Map<string, string>();
  return async (visit, next) => {
    const { request, route } = visit;
    if (route.noun !== 'manifest' || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    const document = isDigest(route.reference) ? undefined : await readDocument(visit);
    const body = document ? JSON.stringify(change(document)) : given.get(route.reference);
    if (body === undefined) return next();
    const digest = digestOf(body);
    given.set(digest, body);
    return { status: 200, headers: { 'content-type': MEDIA_TYPES.ociManifest, 'docker-content-digest': digest }, body };
  };
}

async function readDocument({ state: { storage }, route }: Visit): Promise<Document | undefined> {
  const manifest = await findManifest(storage, route.repository, route.reference);
  return manifest && (JSON.parse((await buffer(storage.content.read(manifest.digest))).toString('utf8')) as Document);
}
