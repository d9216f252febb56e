import { ANNOTATIONS, artifactTypeOf, isDigest, shortDigest } from '@nx-oci/model';

import { describeArtifactType } from '../gather/artifact-types';
import { isRunnable } from '../gather/descriptions';
import { findCommit } from '../gather/commit-link';
import type { ImageView } from '../gather/gather-image';
import { cutText } from './cut-text';
import { html, type Html } from './html';
import { addressOf } from './page-address';
import { printSize } from './print-amount';
import type { Site } from '../gather/pull-commands';
import { renderConfig, renderHistory, renderLayers } from './render-config';
import { renderPullCommands } from './render-pull-commands';
import type { PageContent } from './render-page';
import {
  NOTHING,
  renderCopy,
  renderDigest,
  renderGrowth,
  renderLink,
  renderOmitted,
  renderSection,
  renderTime,
  WORD_LENGTH,
} from './render-parts';
import { renderChips } from './render-tags';

/** The page of an image. @param canDelete whether to offer its deletion. */
export function renderImage(view: ImageView, site: Site, canDelete: boolean): PageContent {
  const { repository, reference, image } = view;
  return {
    title: isDigest(reference) ? `${repository}@${shortDigest(reference)}` : `${repository}:${reference}`,
    name: isDigest(reference) ? shortDigest(reference) : reference,
    path: [
      { text: 'Repositories', query: {} },
      { text: repository, query: { repository } },
    ],
    content: html`${renderFacts(view)} ${renderOmitted(image?.omitted ?? 0)}
      <div class="columns">
        <div>
          ${renderPlatforms(view)}
          ${image ? html`${renderLayers(view, image)}${renderConfig(image)}${renderHistory(image)}` : renderUnreadable()}
        </div>
        <div>
          ${renderPullCommands(site, view)} ${renderReferrers(view)} ${renderBefore(view)} ${canDelete ? renderDeletion(view) : NOTHING}
        </div>
      </div>`,
  };
}

function renderUnreadable(): Html {
  return html`<p class="card empty">This manifest cannot be shown: it is very large, or its content is no image.</p>`;
}

function renderFacts(view: ImageView): Html {
  const { manifest, image, tags, repository, before } = view;
  const setAt = tags.find(({ tag }) => tag === view.reference)?.setAt;
  return html`<dl class="card keyfacts">
    ${fact('Size', image && html`<b>${printSize(image.sizeBytes)}</b> ${before ? renderGrowth(image.sizeBytes - before.image.sizeBytes) : NOTHING}`)}
    ${fact('Pushed', setAt === undefined ? undefined : renderTime(setAt))}
    ${fact('Created', image?.created ? renderTime(image.created) : undefined)}
    ${fact('Platform', view.index || !image?.platform ? undefined : html`${cutText(image.platform, WORD_LENGTH)}`)}
    ${fact('Type', image && !isRunnable(image.manifest) ? html`${describeArtifactType(artifactTypeOf(image.manifest))}` : undefined)}
    ${fact('Commit', renderCommit(view))}
    ${fact('Version', image?.labels.get(ANNOTATIONS.version) ? html`${cutText(image.labels.get(ANNOTATIONS.version) ?? '', WORD_LENGTH)}` : undefined)}
    ${fact('Tags', tags.length > 0 ? renderChips(repository, tags) : undefined)}
    ${fact('Digest', html`<span class="digest"><code>${manifest.digest}</code>${renderCopy(manifest.digest, 'digest')}</span>`, 'whole')}
    ${fact('Media type', html`<code>${manifest.mediaType}</code>`, 'whole')}
  </dl>`;
}

function fact(name: string, value: Html | undefined, kind = ''): Html {
  return value === undefined
    ? NOTHING
    : html`<div class="${kind}">
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
}

function renderCommit({ image, index }: ImageView): Html | undefined {
  const read = (key: string): string | undefined => image?.labels.get(key) ?? index?.annotations?.[key];
  const commit = findCommit(read(ANNOTATIONS.source), read(ANNOTATIONS.revision));
  if (!commit) return undefined;
  // Copied as a whole, a text could bring commands into a terminal that nobody has seen.
  if (!commit.isHash) return html`<code>${cutText(commit.revision, WORD_LENGTH)}</code>`;
  const short = html`<code title="${commit.revision}">${commit.revision.slice(0, 12)}</code>`;
  const shown = commit.url === undefined ? short : html`<a href="${commit.url}" rel="noreferrer">${short}</a>`;
  return html`<span class="digest">${shown}${renderCopy(commit.revision, 'commit')}</span>`;
}

function renderPlatforms({ repository, reference, platforms, image }: ImageView): Html {
  if (platforms.length === 0) return NOTHING;
  return renderSection(
    'platforms',
    'Platforms',
    html`<div class="table">
      <table class="platforms">
        <thead>
          <tr>
            <th scope="col">Platform</th>
            <th scope="col" class="wide">Digest</th>
            <th scope="col" class="number">Size</th>
          </tr>
        </thead>
        <tbody>
          ${platforms.map(
            ({ name, digest, sizeBytes }) =>
              html`<tr>
                <th scope="row">
                  ${
                    digest === image?.digest
                      ? html`<span class="shown">${cutText(name, WORD_LENGTH)}</span> <span class="soft">shown below</span>`
                      : renderLink(cutText(name, WORD_LENGTH), { repository, image: reference, platform: name })
                  }
                </th>
                <td class="wide">${renderDigest(digest, { repository, image: digest })}</td>
                <td class="number">${sizeBytes === undefined ? '' : printSize(sizeBytes)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`,
  );
}

function renderReferrers({ repository, referrers, manifest }: ImageView): Html {
  const content =
    referrers.length === 0
      ? html`<p class="soft">None: no signature, SBOM or attestation refers to it.</p>`
      : html`<ul class="plain">
          ${referrers.map(
            ({ name, digest, created, sizeBytes, subject }) =>
              html`<li>
                <a href="${addressOf({ repository, image: digest })}">${name}</a>
                <span class="soft">
                  ${sizeBytes === undefined ? NOTHING : html`${printSize(sizeBytes)} ·`}
                  ${created ? html`${renderTime(created)} ·` : NOTHING}
                  ${renderDigest(digest)}${subject === manifest.digest ? NOTHING : html` · of this platform`}
                </span>
              </li>`,
          )}
        </ul>`;
  return renderSection('referrers', 'Signatures and other referrers', content);
}

function renderBefore({ repository, reference, image, before }: ImageView): Html {
  if (!before || !image) return NOTHING;
  const growth = image.sizeBytes - before.image.sizeBytes;
  return renderSection(
    'before',
    'Compared with the tag before',
    html`<p>
      <a href="${addressOf({ repository, compare: before.tag, with: reference })}">What changed since ${before.tag}</a>
      ${renderGrowth(growth)}
    </p>`,
  );
}

function renderDeletion({ repository, reference }: ImageView): Html {
  const what = isDigest(reference) ? 'this image' : `the tag ${reference}`;
  return renderSection('delete', 'Delete', html`<p>${renderLink(`Delete ${what} …`, { repository, delete: reference })}</p>`);
}
