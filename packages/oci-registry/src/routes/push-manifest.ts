import { algorithmOf, digestOf, isDigest, type Descriptor, isTag, MAX_MANIFEST_BYTES } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { isAsExpected } from '../http/is-as-expected';
import { readBody } from '../http/read-body';
import { refuse, refuseEach } from '../http/protocol-error';
import { findChildProblems } from '../repositories/find-child-problems';
import { readManifest, type ManifestFacts } from '../repositories/manifest-document';
import { findManifest, storeManifest, type NewManifest } from '../repositories/manifest-records';
import type { Call } from './call';

// The specification requires at least 10. A hundred tags of 128 characters fit into Node's limit of 16 KiB for headers.
const MAX_TAGS = 100;

/** Stores a manifest under its digest, and under the tag or tags that the request names (end-7a, end-7b). */
export async function pushManifest(call: Call): Promise<Answer> {
  const { request, reference } = call;
  const tags = wantedTags(call);
  const refusal = judgeReference(reference, tags);
  if (refusal) return refusal;
  const bytes = await readBody(request.body, MAX_MANIFEST_BYTES);
  if (bytes === 'too-large') return refuse('SIZE_INVALID', `A manifest has at most ${MAX_MANIFEST_BYTES} bytes.`, { status: 413 });
  const digest = digestOf(bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256');
  if (isDigest(reference) && digest !== reference) {
    return refuse('DIGEST_INVALID', 'The manifest does not match the digest.', { detail: { expected: reference, actual: digest } });
  }
  const read = readManifest(bytes, request.headers['content-type']);
  if ('problem' in read) return refuse('MANIFEST_INVALID', read.problem);
  return storeIfComplete(call, { digest, bytes, facts: read.facts }, tags);
}

/** Checks the children and stores the manifest without interruption, so that no child is removed in between. */
function storeIfComplete(call: Call, manifest: NewManifest, tags: readonly string[]): Promise<Answer> {
  const { state, repository } = call;
  return state.changes.run(async () => {
    const refusal = (await judgeExpectation(call)) ?? (state.acceptSparse ? undefined : await judgeChildren(call, manifest.facts));
    if (refusal) return refusal;
    await storeManifest(state.storage, repository, manifest, tags);
    return answerStored(call, manifest, tags);
  });
}

/** Clients that add to a referrers list may make their write conditional. */
async function judgeExpectation({ state, request, repository, reference }: Call): Promise<Answer | undefined> {
  const present = isDigest(reference) || isTag(reference) ? await findManifest(state.storage, repository, reference) : undefined;
  if (isAsExpected(request.headers, present && `"${present.digest}"`)) return undefined;
  return refuse('DENIED', 'The stored manifest does not match If-Match.', { status: 412 });
}

function answerStored({ repository, reference, request }: Call, { digest, facts }: NewManifest, tags: readonly string[]): Answer {
  const wasAskedForTags = isDigest(reference) && request.query.has('tag');
  return {
    status: 201,
    headers: {
      location: `/v2/${repository}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(facts.subject ? { 'oci-subject': facts.subject } : {}),
      ...(wasAskedForTags ? { 'oci-tag': tags.join(', ') } : {}),
    },
  };
}

// `tag` parameters are only defined for a push by digest. With a tag they are ignored, and not echoed.
function wantedTags({ request, reference }: Call): readonly string[] {
  return isDigest(reference) ? [...new Set(request.query.getAll('tag'))] : [reference];
}

function judgeReference(reference: string, tags: readonly string[]): Answer | undefined {
  if (reference.includes(':') && !isDigest(reference)) {
    return refuse('DIGEST_INVALID', 'The reference of the manifest is not a digest.', {
      detail: { digest: reference.slice(0, 150) },
    });
  }
  if (tags.length > MAX_TAGS) return refuse('UNSUPPORTED', `At most ${MAX_TAGS} tags in one request.`, { status: 414 });
  const wrong = tags.filter((tag) => !isTag(tag));
  if (wrong.length === 0) return undefined;
  const message = 'A tag has at most 128 characters: letters, digits, dot, dash and underscore, and does not start with dot or dash.';
  return refuseEach(
    'MANIFEST_INVALID',
    wrong.map((tag) => ({ message, detail: { tag: tag.slice(0, 150) } })),
  );
}

/** Reports all missing children, so that a client can send them all before it tries again. */
async function judgeChildren({ state, repository }: Call, { children }: ManifestFacts): Promise<Answer | undefined> {
  const { missing, wrongSize } = await findChildProblems(state.storage, repository, children);
  if (missing.length > 0)
    return refuseEach(
      'MANIFEST_BLOB_UNKNOWN',
      missing.map((child) => describe(child, `is not in ${repository}`)),
    );
  if (wrongSize.length > 0)
    return refuseEach(
      'MANIFEST_INVALID',
      wrongSize.map((child) => describe(child, `has not ${child.size} bytes`)),
    );
  return undefined;
}

function describe({ digest }: Descriptor, problem: string): { readonly message: string; readonly detail: unknown } {
  return { message: `The manifest references content that ${problem}.`, detail: { digest } };
}
