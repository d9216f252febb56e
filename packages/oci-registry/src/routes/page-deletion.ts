import { isDigest, isRepositoryName, isTag, type Digest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { readBody } from '../http/read-body';
import { isFormToken, makeFormToken } from '../page/form-token';
import { addressOf } from '../page/render/page-address';
import { renderDeletion } from '../page/render/render-deletion';
import { renderMissing } from '../page/render/render-missing';
import { findManifest, removeManifest, type StoredManifest } from '../repositories/manifest-records';
import { removeTag } from '../repositories/tag-records';
import type { Call } from './call';
import { PAGE_HEADERS, type FoundPage } from './page-answer';

// The longest form has a name of 255, two digests and a token.
const MAX_FORM_BYTES = 4096;

const DISABLED = 'This registry was started without deletion on its page.';

/** Shows what would be deleted, with a form that does it. */
export async function confirmDeletion({ state, request }: Call, repository: string): Promise<FoundPage> {
  const { page } = state;
  if (!page.canDelete) return { status: 403, content: renderMissing(DISABLED, repository) };
  const reference = request.query.get('delete') ?? '';
  const manifest = await findReferenced(state.storage, repository, reference);
  if (!manifest) return { status: 404, content: renderMissing(`There is no such image in ${repository}.`, repository) };
  const tags = ((await page.overview.tags(repository)) ?? []).filter(({ digest }) => digest === manifest.digest);
  const token = makeFormToken(page.formKey, { repository, reference, digest: manifest.digest });
  return { status: 200, content: renderDeletion({ repository, reference, manifest, tags, token }) };
}

/** Deletes what the form names. The browser guard has refused forms of other sites; the token makes sure. */
export async function deleteFromPage(call: Call): Promise<Answer> {
  const { page } = call.state;
  if (!page.canDelete) return explain(403, DISABLED);
  const fields = await readForm(call);
  if (!fields || !isRepositoryName(fields.repository) || !isDigest(fields.digest)) return explain(400, 'The form is incomplete.');
  const { repository, digest, token } = fields;
  if (!isFormToken(page.formKey, fields, token)) return explain(403, 'The form is not valid any more: go back, and reload the page.');
  const wasDeleted = await deleteUnchanged(call, { ...fields, digest });
  if (!wasDeleted) return explain(409, 'It has changed since the page was shown, or is already deleted: nothing was deleted.');
  return { status: 303, headers: { ...PAGE_HEADERS, location: addressOf({ repository }) } };
}

interface Form {
  readonly repository: string;
  readonly reference: string;
  readonly digest: string;
  readonly token: string;
}

/** Only if the reference still names the image that was shown. */
function deleteUnchanged({ state }: Call, { repository, reference, digest }: Form & { readonly digest: Digest }): Promise<boolean> {
  const { storage, changes } = state;
  return changes.run(async () => {
    if ((await findReferenced(storage, repository, reference))?.digest !== digest) return false;
    return isDigest(reference) ? removeManifest(storage, repository, digest) : removeTag(storage, repository, reference);
  });
}

async function readForm({ request }: Call): Promise<Form | undefined> {
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return undefined;
  const body = await readBody(request.body, MAX_FORM_BYTES);
  if (body === 'too-large') return undefined;
  const form = new URLSearchParams(body.toString('utf8'));
  const read = (name: string): string => form.get(name) ?? '';
  return { repository: read('repository'), reference: read('delete'), digest: read('digest'), token: read('token') };
}

async function findReferenced(
  storage: Call['state']['storage'],
  repository: string,
  reference: string,
): Promise<StoredManifest | undefined> {
  return isDigest(reference) || isTag(reference) ? findManifest(storage, repository, reference) : undefined;
}

function explain(status: number, text: string): Answer {
  return { status, headers: { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
