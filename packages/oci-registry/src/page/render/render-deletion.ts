import { isDigest, shortDigest } from '@nx-oci/model';

import type { TimedTag } from '../../overview/tags-by-time';
import type { StoredManifest } from '../../repositories/manifest-records';
import { html, type Html } from './html';
import { addressOf } from './page-address';
import type { PageContent } from './render-page';
import { NOTHING } from './render-parts';
import { renderChips } from './render-tags';

/** What the page that confirms a deletion shows. */
export interface Deletion {
  readonly repository: string;
  /** A tag or digest. */
  readonly reference: string;
  readonly manifest: StoredManifest;
  /** All tags of the manifest. */
  readonly tags: readonly TimedTag[];
  /** Proves that the form is ours. */
  readonly token: string;
}

/** Asks before a tag or an image is deleted. */
export function renderDeletion({ repository, reference, manifest, tags, token }: Deletion): PageContent {
  const isWhole = isDigest(reference);
  const what = isWhole ? `the image ${shortDigest(reference)}` : `the tag ${reference}`;
  return {
    title: `Delete ${what}?`,
    path: [
      { text: 'Repositories', query: {} },
      { text: repository, query: { repository } },
    ],
    isLive: false,
    content: html`<div class="card confirm">
      ${isWhole ? explainImage(repository, tags) : explainTag(repository, reference, manifest)}
      <form method="post" action="/">
        <input type="hidden" name="repository" value="${repository}" />
        <input type="hidden" name="delete" value="${reference}" />
        <input type="hidden" name="digest" value="${manifest.digest}" />
        <input type="hidden" name="token" value="${token}" />
        <button class="danger">Delete ${what}</button>
        <a href="${addressOf({ repository, image: reference })}">Keep it</a>
      </form>
    </div>`,
  };
}

function explainTag(repository: string, tag: string, { digest }: StoredManifest): Html {
  const image = html`<a href="${addressOf({ repository, image: digest })}"><code>${shortDigest(digest)}</code></a>`;
  return html`<p>Only the tag <b>${repository}:${tag}</b> goes. Its image ${image} stays, under its digest and its other tags.</p>`;
}

function explainImage(repository: string, tags: readonly TimedTag[]): Html {
  return html`<p>
      The manifest goes from <b>${repository}</b>${tags.length === 0 ? '.' : ', and with it all of its tags:'} It cannot be pulled from
      there any more. Its layers, and the images of its platforms, stay.
    </p>
    ${tags.length === 0 ? NOTHING : renderChips(repository, tags)}`;
}
