import { shortDigest, isDigest } from '@nx-oci/model';

import { compareImages, type ValueChange } from '../gather/compare-images';
import type { FoundImage } from '../gather/gather-image';
import { cutText } from './cut-text';
import { html, type Html } from './html';
import { addressOf } from './page-address';
import { printCount, printSize } from './print-amount';
import type { PageContent } from './render-page';
import { NOTHING, renderBar, renderDigest, renderGrowth, renderOmitted, renderSection, WORD_LENGTH } from './render-parts';
import { renderCompare } from './render-tags';
import type { ShownImage, ShownLayer } from '../gather/read-image';

// Two columns beside each other.
const LONGEST = 500;

/** What changed between two tags or digests of a repository. */
export function renderComparison(before: FoundImage, after: FoundImage): PageContent {
  const { repository } = after;
  return {
    title: `${nameOf(before)} → ${nameOf(after)}`,
    path: [
      { text: 'Repositories', query: {} },
      { text: repository, query: { repository } },
    ],
    controls: html`<div class="controls">${renderCompare(repository, before.reference, after.reference)}</div>`,
    content:
      before.image && after.image
        ? renderChanges(before.image, after.image, after)
        : html`<p class="card empty">At least one of them cannot be read as an image.</p>`,
  };
}

function renderChanges(before: ShownImage, after: ShownImage, { repository }: FoundImage): Html {
  const { growthBytes, settings, env, labels, layers } = compareImages(before, after);
  const sides = [before, after].map(
    ({ digest, platform, sizeBytes }) =>
      html`<td>${cutText(platform, WORD_LENGTH) || '—'}</td>
        <td class="wide">${renderDigest(digest, { repository, image: digest })}</td>
        <td class="number">${printSize(sizeBytes)}</td>`,
  );
  return html`<div class="card table">
      <table class="sides">
        <thead>
          <tr>
            <th scope="col"><span class="hidden">Side</span></th>
            <th scope="col">Platform</th>
            <th scope="col" class="wide">Digest</th>
            <th scope="col" class="number">Size</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Before</th>
            ${sides[0] ?? NOTHING}
          </tr>
          <tr>
            <th scope="row">After</th>
            ${sides[1] ?? NOTHING}
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">Difference</th>
            <td></td>
            <td class="wide"></td>
            <td class="number">${renderGrowth(growthBytes)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
    ${renderOmitted(before.omitted + after.omitted)} ${renderSection('layers', 'Layers', renderLayerChanges(layers))}
    ${renderSection('config', 'Configuration', renderValues(settings))} ${renderSection('env', 'Environment', renderValues(env))}
    ${renderSection('labels', 'Labels and annotations', renderValues(labels))}`;
}

function renderLayerChanges({ added, removed, shared }: ReturnType<typeof compareImages>['layers']): Html {
  const largest = Math.max(1, ...[...added, ...removed, ...shared].map(({ descriptor }) => descriptor.size));
  const list = (title: string, layers: readonly ShownLayer[], kind: 'added' | 'removed' | 'shared'): Html =>
    layers.length === 0
      ? NOTHING
      : html`<h3>${printCount(layers.length, 'layer')} ${title}</h3>
          <ol class="layers">
            ${layers.map(
              ({ descriptor: { digest, size }, createdBy }) =>
                html`<li>
                  <span class="size">${printSize(size)}</span> ${renderBar(size / largest, kind)}
                  <span class="soft">${renderDigest(digest)}</span>
                  ${createdBy === '' ? NOTHING : html`<code class="step">${cutText(createdBy, LONGEST)}</code>`}
                </li>`,
            )}
          </ol>`;
  return html`${list('added', added, 'added')} ${list('removed', removed, 'removed')} ${list('shared', shared, 'shared')}`;
}

function renderValues(changes: readonly ValueChange[]): Html {
  if (changes.length === 0) return html`<p class="soft">No difference.</p>`;
  return html`<dl class="changes">
    ${changes.map(
      ({ name, before, after }) =>
        html`<div>
          <dt>${cutText(name, LONGEST)}</dt>
          <dd>
            <span class="hidden">before: </span>${before === undefined ? renderAbsent() : html`<del>${cutText(before, LONGEST)}</del>`}
          </dd>
          <dd><span class="hidden">after: </span>${after === undefined ? renderAbsent() : html`<ins>${cutText(after, LONGEST)}</ins>`}</dd>
        </div>`,
    )}
  </dl>`;
}

function renderAbsent(): Html {
  return html`<span class="soft">absent</span>`;
}

function nameOf({ reference }: FoundImage): string {
  return isDigest(reference) ? shortDigest(reference) : reference;
}

/** Both sides of a comparison exist only if both were found. */
export function renderNotComparable(repository: string, missing: string): Html {
  return html`<p class="card empty">
    ${repository} has no “${missing.slice(0, 200)}”. <a href="${addressOf({ repository })}">Its tags</a>
  </p>`;
}
